// Tables that are sorted, filtered and taken away. `<table id data-sortable data-filter="ID" data-count="ID" data-noun="layer" data-state="prefix-">`:
// the ids of the input to filter with and of the count of rows, what a row is called, and what the parameters `q` and `sort` of the
// address begin with. `<th data-key="zip" data-sort="number|text|version|date" data-first data-apart data-csv data-json>`: what a column is
// called in the address and how it is ordered, by `data-value` of its cells or their text; the one that rows come ordered by; one that the
// filter passes over; what it is called in files. `<a download data-take="csv|json" data-table="ID">` has the rows that are seen.
// `<a data-keeps>` leads to a page that takes the same parameters.

import { say } from "./copy.js";
import { order } from "./table-order.js";
import { csv, json, save } from "./table-take.js";

// Address and voice wait until somebody pauses: browsers refuse too many changes, and a voice that is interrupted says nothing.
const PAUSE_MILLISECONDS = 250;
const FILES = { csv: [csv, "text/csv"], json: [json, "application/json"] };
// Below this, style sheets make blocks of rows; not every browser then still tells them as a table.
const STACKED = matchMedia("(max-width: 52rem)");
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
// A cell may have a button beside what it tells.
const textOf = (cell) => (cell.querySelector(".arn") ?? cell).textContent;

class Table {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows];
    this.seen = this.rows;
    this.heads = [...table.tHead.rows[0].cells];
    this.first = this.heads.find((head) => "first" in head.dataset);
    this.sort = { head: this.first, isDescending: false };
    this.words = "";
    this.input = document.getElementById(table.dataset.filter);
    this.count = document.getElementById(table.dataset.count);
    this.prefix = table.dataset.state ?? "";
    this.none = document.getElementById(`none-of-${table.id}`);
    this.whole = this.count?.textContent;
    for (const head of this.heads) if (head.dataset.sort) this.#offer(head);
    this.input?.addEventListener("input", () => this.#filter(this.input.value, true));
    this.input?.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.input.value) {
        this.input.value = "";
        this.#filter("", true);
      }
    });
    for (const link of document.querySelectorAll("a[data-take]")) if (link.dataset.table === table.id) this.#giveAway(link);
    this.#read();
    this.#mark();
  }

  #read() {
    const address = new URLSearchParams(location.search);
    const sort = address.get(`${this.prefix}sort`) ?? "";
    const isDescending = sort.startsWith("-");
    const head = this.heads.find((head) => head.dataset.sort && head.dataset.key === sort.slice(Number(isDescending)));
    if (head) this.#order(head, isDescending);
    const words = (address.get(`${this.prefix}q`) ?? "").slice(0, 200);
    if (words && this.input) {
      this.input.value = words;
      this.#filter(words, false);
    }
  }

  #offer(head) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.replaceChildren(button);
    // Of sizes and days people look for the greatest.
    const isGreatestFirst = ["number", "date"].includes(head.dataset.sort);
    button.addEventListener("click", () => {
      const isSame = this.sort.head === head;
      this.#order(head, isSame ? !this.sort.isDescending : isGreatestFirst);
      this.#mark();
      this.#tell(`Sorted by ${button.textContent}, ${this.sort.isDescending ? "descending" : "ascending"}`);
    });
  }

  #order(head, isDescending) {
    const column = this.heads.indexOf(head);
    const texts = this.rows.map((row) => row.cells[column].dataset.value ?? textOf(row.cells[column]));
    this.body.append(...order(texts, head.dataset.sort, isDescending).map((at) => this.rows[at]));
    this.sort = { head, isDescending };
  }

  #mark() {
    for (const head of this.heads) {
      if (head === this.sort.head) head.setAttribute("aria-sort", this.sort.isDescending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  // Whatever has all the words. A word with a colon may be of an ARN.
  #filter(text, isNews) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    this.words = text.trim();
    this.texts ??= this.rows.map((row) => {
      const cells = [...row.cells].map((cell) => plain(textOf(cell)));
      return { near: cells.filter((_, at) => !("apart" in this.heads[at].dataset)).join("\n"), all: cells.join("\n") };
    });
    const has = ({ near, all }) => words.every((word) => (word.includes(":") ? all : near).includes(word));
    const isSeen = this.texts.map(has);
    this.rows.forEach((row, at) => {
      row.hidden = !isSeen[at];
    });
    const count = isSeen.filter(Boolean).length;
    const noun = `${this.table.dataset.noun}${this.rows.length === 1 ? "" : "s"}`;
    const told = `${count} of ${this.rows.length} ${noun}`;
    if (this.count) this.count.textContent = words.length ? told : this.whole;
    if (this.none) this.none.hidden = count > 0;
    if (isNews) this.#tell(words.length ? told : `${this.rows.length} ${noun}`);
  }

  get isWhole() {
    return !this.words && this.sort.head === this.first && !this.sort.isDescending;
  }

  // The whole files are there already; of less than the whole, or in another order, one is made here.
  #giveAway(link) {
    link.addEventListener("click", (event) => {
      if (this.isWhole) return;
      event.preventDefault();
      const [file, type] = FILES[link.dataset.take];
      const columns = this.heads.filter((head) => head.dataset[link.dataset.take]);
      const texts = (row) => columns.map((head) => textOf(row.cells[this.heads.indexOf(head)]));
      const rows = [...this.body.rows].filter((row) => !row.hidden).map(texts);
      save(file(columns.map((head) => head.dataset[link.dataset.take]), rows), type, link.download.replace(/(\.\w+)$/, "-selection$1"));
      say(`Saved ${rows.length} ${this.table.dataset.noun}${rows.length === 1 ? "" : "s"}`);
    });
  }

  #tell(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.#write();
      say(text);
    }, PAUSE_MILLISECONDS);
  }

  #write() {
    const { head, isDescending } = this.sort;
    const isFirst = head === this.first && !isDescending;
    const address = new URL(location.href);
    const set = (name, value) => (value ? address.searchParams.set(this.prefix + name, value) : address.searchParams.delete(this.prefix + name));
    set("q", this.words);
    set("sort", isFirst || !head ? "" : `${isDescending ? "-" : ""}${head.dataset.key}`);
    history.replaceState(history.state, "", address);
    keep();
  }
}

function keep() {
  for (const link of document.querySelectorAll("a[data-keeps]")) link.search = location.search;
}

function tellAsTable(table) {
  for (const element of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) element.setAttribute("role", ROLES[element.tagName]);
  for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
}

for (const table of document.querySelectorAll("table[data-sortable]")) new Table(table);
if (location.search) keep();
const stacked = document.querySelectorAll("table.stacks");
const tellStacked = () => {
  if (STACKED.matches) stacked.forEach(tellAsTable);
};
STACKED.addEventListener("change", tellStacked);
tellStacked();
