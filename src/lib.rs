//! A public catalogue of Python packages as AWS Lambda layers, kept without a server.
//!
//! Data flows one way: `config` → `plan` → `resolve` → `assemble` → `verify` → `publish` → `ledger` →
//! `render` → `deploy`. Each module says at its top what it owns and what it never does; which module may name
//! which is a table in `ARCHITECTURE.md` that a test holds to.

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
