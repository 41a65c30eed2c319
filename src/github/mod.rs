//! GitHub: its API, through octocrab, and the tokens that its jobs log in with.
//!
//! Everything that a workflow asks of GitHub is asked here, so that rate limits are respected once, and no workflow
//! needs a program of its own for it. What GitHub answers is data of strangers: titles, names and bodies are never
//! trusted, and never printed as they are.
