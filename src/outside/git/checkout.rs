//! A folder of our own that follows a branch.

use std::path::{Path, PathBuf};

use super::call::{accept, program};
use super::{GitError, Pushed, Remote};
use crate::outside::process::Program;
use crate::outside::{OutsideError, files};

/// Who commits, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name that the commit carries.
    pub name: String,
    /// The mail address that the commit carries.
    pub email: String,
    /// The time of the commit, in seconds since 1970-01-01 in universal time.
    pub seconds: i64,
}

/// A folder with what a branch was when it was fetched last.
#[derive(Debug)]
pub struct Checkout {
    folder: PathBuf,
    remote: Remote,
}

impl Checkout {
    /// A repository in the empty folder `folder`, into which nothing was fetched yet.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn make(folder: &Path, remote: Remote) -> Result<Self, GitError> {
        let checkout = Self { folder: folder.to_owned(), remote };
        checkout.git("make a repository", &["init", "--quiet", "--initial-branch=klayers"]).await?;
        Ok(checkout)
    }

    /// Makes the folder what the branch is now. What was changed and not pushed is gone.
    ///
    /// # Errors
    /// When the branch cannot be fetched.
    pub async fn fetch(&self) -> Result<(), GitError> {
        let branch = format!("+refs/heads/{}:refs/klayers/fetched", self.remote.branch);
        self.git("fetch the branch", &["fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "--", &self.remote.url, &branch]).await?;
        self.git("check the branch out", &["checkout", "--quiet", "--force", "--detach", "refs/klayers/fetched"]).await?;
        self.git("remove what is not of the branch", &["clean", "--quiet", "-ffdx"]).await.map(drop)
    }

    /// The commit that the folder is at.
    ///
    /// # Errors
    /// When it cannot be told.
    pub async fn head(&self) -> Result<String, GitError> {
        Ok(self.git("tell the commit", &["rev-parse", "HEAD"]).await?.trim().to_owned())
    }

    /// Commits what is below those of `paths`, which are relative, that have a file. Returns whether there was anything.
    ///
    /// # Errors
    /// When it cannot be committed.
    pub async fn commit(&self, paths: &[&str], message: &str, author: &Author) -> Result<bool, GitError> {
        let mut add = vec!["add", "--all", "--force", "--"];
        let arguments = add.len();
        for path in paths {
            if !files::walk(&self.folder.join(path))?.is_empty() {
                add.push(path);
            }
        }
        if add.len() > arguments {
            self.git("add the files", &add).await?;
        }
        let staged = self.program(&["diff", "--cached", "--quiet"]).run().await?;
        match staged.code {
            Some(0) => return Ok(false),
            Some(1) => {}
            Some(_) | None => return accept("compare", staged, None).map(|_| false),
        }
        let mut commit = self.program(&["commit", "--quiet", "--no-verify", "--cleanup=whitespace", "--file=-"]).input(message);
        for who in ["AUTHOR", "COMMITTER"] {
            commit = commit.environment(format!("GIT_{who}_NAME"), &author.name).environment(format!("GIT_{who}_EMAIL"), &author.email);
            commit = commit.environment(format!("GIT_{who}_DATE"), format!("{} +0000", author.seconds));
        }
        accept("commit", commit.run().await?, None).map(|_| true)
    }

    /// Moves the branch to our commit, if it is still what was fetched.
    ///
    /// # Errors
    /// When git cannot be started.
    pub async fn push(&self) -> Result<Pushed, GitError> {
        let branch = format!("HEAD:refs/heads/{}", self.remote.branch);
        let output = match self.program(&["push", "--quiet", "--porcelain", "--", &self.remote.url, &branch]).run().await {
            Err(OutsideError::TooSlow { after, .. }) => return Ok(Pushed::Unclear(format!("it took longer than {} s", after.as_secs()))),
            output => output?,
        };
        Ok(if output.succeeded() { Pushed::Done } else { Pushed::of(&output, self.remote.token.as_deref()) })
    }

    async fn git(&self, action: &'static str, arguments: &[&str]) -> Result<String, GitError> {
        accept(action, self.program(arguments).run().await?, self.remote.token.as_deref())
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let settings: Vec<(&str, &str)> = self.remote.header.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        program(&self.folder, &settings, arguments)
    }
}
