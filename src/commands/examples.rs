//! Examples, at the end of each command's help.

/// Of the program, and what its exit codes mean.
pub const KLAYERS: &str = "Examples:\n  # A layer, on this machine alone.\n  klayers build pandas --runtime p3.13 -o pandas.zip\n  # The whole service, on this machine alone.\n  klayers run --sample\n  klayers serve\n  # A service of your own.\n  klayers init\n\nExit codes:\n  0  done\n  1  the data is wrong, or a package could not be built\n  2  the world failed (network, disk, another writer), or the command line is wrong\n  4  generated files are stale";
/// Of `klayers check`.
pub const CHECK: &str = "Examples:\n  # What is wrong with the config and the ledger.\n  klayers check\n  # Also that no line of the ledger was changed since a commit, as annotations of a pull request.\n  klayers check --base origin/main --format github";
/// Of `klayers plan`.
pub const PLAN: &str = "Examples:\n  # What a run of today would build.\n  klayers plan\n  # One package, whether it changed or not, for two machines.\n  klayers plan --package pandas --force --shards 2 -o pandas.json";
/// Of `klayers build`.
pub const BUILD: &str = "Examples:\n  # One layer, anywhere.\n  klayers build pandas --runtime p3.13 -o pandas.zip\n  # Several packages in one, for arm64.\n  klayers build requests pydantic --bundle data --runtime p3.13-arm64 -o data.zip\n  # The first share of a plan.\n  klayers build --plan plan.json --shard 0 -o dist";
/// Of `klayers verify`.
pub const VERIFY: &str = "Examples:\n  # Archives in `dist`, imported where the machine has their Python.\n  klayers verify\n  # Every one must have been imported, in AWS's own image.\n  klayers verify dist --import-test required --isolation docker";
/// Of `klayers publish`.
pub const PUBLISH: &str = "Examples:\n  # What would be done.\n  klayers publish dist --account aws --dry-run\n  # Into two regions.\n  klayers publish dist --account aws --region eu-west-1 --region us-east-1\n  # To an account that is a folder.\n  klayers publish dist --account local:.klayers/account";
/// Of `klayers record`.
pub const RECORD: &str = "Examples:\n  # Receipts of a run, into the ledger.\n  klayers record receipts.jsonl";
/// Of `klayers commit`.
pub const COMMIT: &str = "Examples:\n  # The record of a run, on top of what the branch has become, pushed.\n  klayers commit receipts.jsonl --branch main";
/// Of `klayers papers`.
pub const PAPERS: &str =
    "Examples:\n  # Locks and bills of new archives, and those that the site has already.\n  klayers papers dist --site https://layers.example.org/";
/// Of `klayers render`.
pub const RENDER: &str =
    "Examples:\n  # Tables and site as they should be today.\n  klayers render\n  # Are the tables in the repository stale?\n  klayers render --check";
/// Of `klayers deploy`.
pub const DEPLOY: &str =
    "Examples:\n  # What would be uploaded.\n  klayers deploy s3://bucket/layers --dry-run\n  # Does GitHub Pages take the site?\n  klayers deploy pages";
/// Of `klayers yank`.
pub const YANK: &str = "Examples:\n  # Withdraw a release.\n  klayers yank pandas --runtime p3.13 --version 3.0.1 --reason \"reads dates wrongly\"\n  # Take that back.\n  klayers yank pandas --runtime p3.13 --version 3.0.1 --undo";
/// Of `klayers expire`.
pub const EXPIRE: &str =
    "Examples:\n  # What would be deleted.\n  klayers expire --account aws --dry-run\n  # A little of it.\n  klayers expire --account aws --limit 20";
/// Of `klayers audit`.
pub const AUDIT: &str = "Examples:\n  # Is every listed version there, public, with the recorded hash?\n  klayers audit --account aws\n  # Make public again what is not.\n  klayers audit --account aws --repair";
/// Of `klayers adopt`.
pub const ADOPT: &str = "Examples:\n  # What the account holds that no ledger has.\n  klayers adopt --account aws --dry-run";
/// Of `klayers run`.
pub const RUN: &str = "Examples:\n  # Ten packages, to see what it does.\n  klayers run --sample\n  # One package for one runtime, whether it changed or not.\n  klayers run --package pandas --runtime p3.13 --force";
/// Of `klayers serve`.
pub const SERVE: &str = "Examples:\n  # What `klayers run` rendered.\n  klayers serve\n  # Another folder, as a website of S3 answers, below a path.\n  klayers serve _site --as s3 --base /layers/";
/// Of `klayers pr`.
pub const PR: &str = "Examples:\n  # What a pull request touches, built and told of.\n  klayers pr plan --base origin/main -o plan.json";
/// Of `klayers github`.
pub const GITHUB: &str = "Examples:\n  # Start the monthly run if it is due and did not happen.\n  klayers github catch-up --workflow publish.yml";
/// Of `klayers pr plan`.
pub const PR_PLAN: &str = "Examples:\n  # What a branch asks for, and main does not.\n  klayers pr plan --base origin/main -o plan.json\n  # As a workflow sees a pull request: merged, on top of what it is merged into.\n  klayers pr plan --base HEAD^1 --packages-max 5";
/// Of `klayers pr report`.
pub const PR_REPORT: &str =
    "Examples:\n  # What came of it, after `klayers build` and `klayers verify`.\n  klayers pr report dist --base origin/main -o report.json";
/// Of `klayers pr comment`.
pub const PR_COMMENT: &str = "Examples:\n  # In a workflow that another one's end starts.\n  klayers pr comment --report report.json";
/// Of `klayers github incident`.
pub const GITHUB_INCIDENT: &str = "Examples:\n  # In the last job of a workflow, with `KLAYERS_NEEDS`.\n  klayers github incident --receipts receipts.jsonl";
/// Of `klayers github catch-up`.
pub const GITHUB_CATCH_UP: &str = "Examples:\n  # Would anything be started?\n  klayers github catch-up --workflow publish.yml --dry-run";
/// Of `klayers github rebuild`.
pub const GITHUB_REBUILD: &str = "Examples:\n  # In a workflow that a comment starts.\n  klayers github rebuild --workflow publish.yml";
/// Of `klayers init`.
pub const INIT: &str = "Examples:\n  # Asks for what it must know.\n  klayers init\n  # Says what it would write.\n  klayers init --prefix Mine --account 123456789012 --regions us-east-1,eu-west-1 --runtimes 3.13,3.14 --catalogue starter --dry-run";
/// Of `klayers doctor`.
pub const DOCTOR: &str = "Examples:\n  # What this machine lacks.\n  klayers doctor\n  # What the repository at GitHub lacks.\n  klayers doctor --github";
/// Of `klayers completions`.
pub const COMPLETIONS: &str = "Examples:\n  # For this shell alone.\n  source <(klayers completions bash)\n  # For good.\n  klayers completions fish > ~/.config/fish/completions/klayers.fish";
/// Of `klayers man`.
pub const MAN: &str = "Examples:\n  # Read one.\n  klayers man run | man -l -\n  # For good.\n  klayers man -o ~/.local/share/man/man1";
