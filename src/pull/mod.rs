//! Pull requests: which rows a change touches, and the report of what came of building them.
//!
//! The report is data, written where the code of packages ran and read where a token is: reading it trusts nothing.
//! Only the reader turns it into words.
