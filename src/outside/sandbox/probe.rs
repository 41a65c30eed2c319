//! What kind of box this machine allows, tried once.

use std::fmt;
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::outside::process::Program;

/// Mounts and pid are what is refused where something is.
const TRY: &str = "mount -t tmpfs klayers /mnt && mount -t proc proc /proc && chroot / setpriv --no-new-privs prlimit --core=0:0 -- env -C / timeout 5 true";
const TIME_LIMIT: Duration = Duration::from_secs(20);
const REASON_MAX_CHARS: usize = 200;

/// What the machine allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Whether a process may have namespaces of its own.
    pub namespaces: Namespaces,
}

/// Whether namespaces can be had, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    /// We are root and may make them.
    AsRoot,
    /// We are not, and the system gives them to any user.
    AsUser,
    /// They cannot be had.
    Refused {
        /// What the system says.
        reason: String,
    },
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespaces {
            Namespaces::AsRoot => f.write_str("in namespaces, as root"),
            Namespaces::AsUser => f.write_str("in user namespaces"),
            Namespaces::Refused { reason } => write!(f, "by path, with the network open: namespaces are refused ({reason})"),
        }
    }
}

/// Tries what this machine allows. Asked again, it answers from memory.
pub async fn probe() -> &'static Probe {
    static FOUND: OnceCell<Probe> = OnceCell::const_new();
    FOUND.get_or_init(find).await
}

async fn find() -> Probe {
    let is_root = rustix::process::geteuid().is_root();
    let as_user: &[&str] = if is_root { &[] } else { &["--user", "--map-root-user"] };
    let namespaces = ["--mount", "--propagation", "private", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "sh", "-c", TRY];
    let tried = Program::new("unshare").arguments(as_user.iter().chain(&namespaces).copied()).time_limit(TIME_LIMIT).run().await;
    let refused =
        |reason: &str| Namespaces::Refused { reason: reason.lines().next().unwrap_or("it does not say why").chars().take(REASON_MAX_CHARS).collect() };
    let namespaces = match tried {
        Ok(output) if output.succeeded() && is_root => Namespaces::AsRoot,
        Ok(output) if output.succeeded() => Namespaces::AsUser,
        Ok(output) => refused(&output.stderr),
        Err(error) => refused(&error.to_string()),
    };
    Probe { namespaces }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_answer_is_a_sentence_and_stays() {
        let first = probe().await;
        assert!(std::ptr::eq(first, probe().await) && !first.to_string().is_empty());
    }
}
