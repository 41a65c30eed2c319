//! `klayers.toml` changed, with the comments beside what is changed.

use std::collections::BTreeSet;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::edit::{Catalogue, EditError, Record, STARTER_PACKAGES, Wishes, names_of_files};
use crate::domain::{Architecture, PythonMinor, shown};

const FILE: &str = "klayers.toml";
/// The package files of a Python that becomes active and names none.
const PACKAGE_FILES: [&str; 2] = ["packages.csv", "packages_{infix}.csv"];
/// A setting that is there as an example begins so.
const EXAMPLE: &str = "# ";

/// The text as the wishes want it, and the package files that it names.
pub(super) fn settings(text: &str, wishes: &Wishes) -> Result<(String, BTreeSet<String>), EditError> {
    let mut document: DocumentMut = with_site_table(text).parse().map_err(|error: toml_edit::TomlError| refused(error.message()))?;
    set(document.as_table_mut(), "prefix", wishes.prefix.to_string());
    publish(table(&mut document, "publish")?, wishes)?;
    let site = table(&mut document, "site")?;
    match &wishes.site {
        Some(address) => set(site, "address", address.to_string()),
        None => drop(site.remove("address")),
    }
    set(site, "repository", wishes.repository.to_string());
    sample(&mut document, wishes)?;
    let package_files = runtimes(&mut document, wishes)?;
    Ok((document.to_string(), package_files))
}

/// The table of the site stands there as an example until there is one.
fn with_site_table(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.iter().any(|line| line.trim_end() == "[site]") {
        return text.to_owned();
    }
    let begins = |at: usize, what: &str| lines.get(at).is_some_and(|line| line.strip_prefix(EXAMPLE).is_some_and(|line| line.starts_with(what)));
    let Some(at) = (0..lines.len()).find(|&at| begins(at, "[site]") && begins(at + 1, "address =")) else { return text.to_owned() };
    let end = if begins(at + 2, "repository =") { at + 3 } else { at + 2 };
    let shown = |(line, text): (usize, &&str)| if (at..end).contains(&line) { text[EXAMPLE.len()..].to_owned() } else { (**text).to_owned() };
    lines.iter().enumerate().map(shown).collect()
}

fn publish(publish: &mut dyn TableLike, wishes: &Wishes) -> Result<(), EditError> {
    match &wishes.staging_bucket {
        Some(pattern) => set(publish, "staging_bucket", pattern.clone()),
        None => drop(publish.remove("staging_bucket")),
    }
    if !publish.contains_key("accounts") {
        publish.insert("accounts", Item::Value(Value::InlineTable(InlineTable::new())));
        if let Some(mut key) = publish.key_mut("accounts") {
            key.leaf_decor_mut().set_prefix("# Credentials of any other account are refused.\n");
        }
    }
    let accounts = publish.get_mut("accounts").and_then(Item::as_table_like_mut).ok_or_else(|| refused("`accounts` is not a table"))?;
    let others: Vec<String> = accounts.iter().map(|(partition, _)| partition.to_owned()).filter(|name| *name != wishes.partition.to_string()).collect();
    if wishes.record == Record::Nothing {
        others.iter().for_each(|other| drop(accounts.remove(other)));
    }
    set(accounts, &wishes.partition.to_string(), wishes.account.to_string());
    if let Some(inline) = publish.get_mut("accounts").and_then(Item::as_inline_table_mut) {
        inline.fmt();
    }
    Ok(())
}

fn sample(document: &mut DocumentMut, wishes: &Wishes) -> Result<(), EditError> {
    if wishes.catalogue == Catalogue::Empty {
        document.remove("sample");
        return Ok(());
    }
    let Some(sample) = document.get_mut("sample") else { return Ok(()) };
    let sample = sample.as_table_like_mut().ok_or_else(|| refused("`sample` is not a table"))?;
    let python = sample.get("python").and_then(Item::as_str).and_then(|python| python.parse::<PythonMinor>().ok());
    if python.is_none_or(|python| !wishes.pythons.contains(&python))
        && let Some(newest) = wishes.pythons.last()
    {
        set(sample, "python", newest.to_string());
    }
    if wishes.catalogue == Catalogue::Starter {
        let names: Vec<&str> = STARTER_PACKAGES.lines().skip(1).map(|row| row.trim_start_matches('"').split(['[', ',']).next().unwrap_or_default()).collect();
        set_list(sample, "packages", &names);
    }
    Ok(())
}

/// Sets the state of every Python, and gives the package files that any of them names.
fn runtimes(document: &mut DocumentMut, wishes: &Wishes) -> Result<BTreeSet<String>, EditError> {
    let runtimes = document.get_mut("runtime").and_then(Item::as_table_like_mut).ok_or_else(|| refused("it has no runtimes"))?;
    let mut package_files = BTreeSet::new();
    for (key, item) in runtimes.iter_mut() {
        let python: PythonMinor = key.get().parse().map_err(|error| refused(&format!("{error}")))?;
        let runtime = item.as_table_like_mut().ok_or_else(|| refused(&format!("`{python}` is not a table")))?;
        let state = runtime.get("state").and_then(Item::as_str).unwrap_or_default().to_owned();
        let new = match (wishes.pythons.contains(&python), wishes.record) {
            (true, _) => "active",
            (false, Record::Nothing) => "retired",
            (false, Record::Layers) if state == "active" => "deprecated",
            (false, Record::Layers) => state.as_str(),
        };
        set(runtime, "state", new.to_owned());
        if new == "active" && list(runtime, "packages").is_empty() {
            set_list(runtime, "packages", &PACKAGE_FILES);
        }
        let architectures: Vec<Architecture> = list(runtime, "architectures").iter().filter_map(|name| name.parse().ok()).collect();
        package_files.extend(names_of_files(python, &list(runtime, "packages"), &architectures));
    }
    Ok(package_files)
}

fn table<'d>(document: &'d mut DocumentMut, name: &str) -> Result<&'d mut dyn TableLike, EditError> {
    let item = document.entry(name).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_like_mut().ok_or_else(|| refused(&format!("`{name}` is not a table")))
}

/// Sets a text and leaves it as it is written when it is the same.
fn set(table: &mut dyn TableLike, key: &str, text: String) {
    if table.get(key).and_then(Item::as_str) == Some(text.as_str()) {
        return;
    }
    let mut value = Value::from(text);
    if let Some(old) = table.get(key).and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    // Not `insert`, which forgets what stands before the key.
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => drop(table.insert(key, Item::Value(value))),
    }
}

fn set_list(table: &mut dyn TableLike, key: &str, names: &[&str]) {
    if list(table, key) != names {
        let value = Value::Array(names.iter().copied().collect::<Array>());
        match table.get_mut(key) {
            Some(item) => *item = Item::Value(value),
            None => drop(table.insert(key, Item::Value(value))),
        }
    }
}

fn list(table: &dyn TableLike, key: &str) -> Vec<String> {
    let values = table.get(key).and_then(Item::as_array);
    values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn refused(reason: &str) -> EditError {
    EditError::File { file: FILE, reason: shown(reason.replace('\n', "; ")) }
}
