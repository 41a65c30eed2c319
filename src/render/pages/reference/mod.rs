//! The reference of the API, made of the OpenAPI document that programs read.

mod page;

pub use page::put;
