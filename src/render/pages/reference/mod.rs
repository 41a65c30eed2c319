//! The reference of the API, made of the OpenAPI document that programs read, so that the two cannot disagree.

mod form;
mod operation;
mod page;
mod shape;

pub use page::put;
