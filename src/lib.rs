//! A public catalogue of Python packages as AWS Lambda layers, kept without a server.
//!
//! A [layer](https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html) is a zip that Lambda unpacks below
//! `/opt`, where a function finds what is in it. People ask for a package by a row in `pipeline/config/`. This library
//! makes a layer of it for every runtime, publishes it in every region, writes down what it did, and renders the
//! tables, the website and the API that tell of it. It runs when somebody starts it, and what it remembers from one run
//! to the next is the ledger, in git.
//!
//! Data flows one way, and what each stage hands on is a type that says what is now certain:
//!
//! 1. [`config::read`]: what people wrote becomes a [`Catalog`](config::Catalog) with a [`Row`](config::Row) for each
//!    package on each [`Runtime`](domain::Runtime), or [`Problems`](report::Problems).
//! 2. [`ledger::read`]: what was recorded becomes a [`Ledger`](ledger::Ledger);
//!    [`History::fold`](ledger::History::fold) tells what each layer version of a package is today.
//! 3. [`Resolver::resolve`](resolve::Resolver::resolve): `uv` says what a row comes to, a
//!    [`Resolution`](domain::Resolution). The hash of its [`Requirements`](domain::Requirements) is the identity of a
//!    build.
//! 4. [`plan::decide`]: what is wanted, held against what is recorded, becomes a [`Plan`](plan::Plan) of what some
//!    region lacks.
//! 5. [`assemble::assemble`]: pins and cached wheels become a zip with its papers, told of by a
//!    [`Manifest`](assemble::Manifest).
//! 6. [`verify::verify`]: the bytes of a zip become a [`VerifiedArchive`](verify::VerifiedArchive), or reasons why not.
//!    Before that a [`Tester`](verify::import_test::Tester) has imported it, in a box.
//! 7. [`publish::publish`]: verified archives become layer versions in an account, and a [`Receipt`](domain::Receipt)
//!    for each region.
//! 8. [`Writer::record`](ledger::Writer::record): receipts become lines of the ledger, which the next run begins with.
//! 9. [`render::site()`] and [`render::deployments()`]: catalogue, ledger and a day become files, one by one into a
//!    [`Sink`](render::Sink).
//! 10. [`deploy::bring_up_to_date`]: the files come to a host; [`deploy::server`] shows them on this machine.
//!
//! `src/commands/run.rs` is all of that in one process, but for deploying, and the best place to begin to read. Beside
//! the flow stand [`domain`], the words that all of it is said in; [`report`], how people are told what is wrong;
//! [`outside`], the only doors to files, processes and hosts; [`pull`], what a pull request is told; [`github`], what
//! jobs ask of GitHub; and [`commands`], one file for each command.
//!
//! Three habits explain most of what looks odd:
//!
//! - Texts become types where they come in, and are never checked again. What cannot be wrong needs no error.
//! - Deciding and acting are apart: [`plan`] and [`render`] take data and `today`, and reading an account and changing
//!   it are two traits, so that a dry run holds nothing that could change anything.
//! - Any process may be killed at any moment and started again. Files are whole or not there, each step looks at what
//!   exists before it acts, and what nobody knows is looked up, not assumed.
//!
//! `ARCHITECTURE.md` says which module may name which, what never happens, and where to change what; tests hold the
//! code to it. `docs/decisions/` says why it is so and what would change our mind.

pub mod assemble;
pub mod commands;
pub mod config;
pub mod deploy;
pub mod domain;
pub mod github;
pub mod ledger;
pub mod outside;
pub mod plan;
pub mod publish;
pub mod pull;
pub mod render;
pub mod report;
pub mod resolve;
pub mod verify;
