//! Files: read with a limit, written whole or not at all, listed in order.
//!
//! A file is written beside its place under a name that starts with [`TEMPORARY_PREFIX`] and then
//! renamed, so a reader sees the old bytes or the new ones and a killed process leaves at most a
//! temporary file, which the next run removes. Pipes and devices are never opened: that may wait for ever.

mod folders;
mod reading;
mod temporary;
mod writing;

pub use folders::{create_dir, let_all_write, make_removable, make_unwritable, names, remove, remove_dir, remove_dir_if_empty, rename, walk};
pub use reading::{has_parts, open, read, read_if_exists, size_and_time};
pub use temporary::{
    TEMPORARY_PREFIX, TemporaryDir, create_temporary_dir, is_temporary, remove_leftovers, remove_leftovers_of_the_gone, temporary_dir_in, temporary_in,
};
pub use writing::{Durability, Written, link_or_copy, open_to_append, place, touch, write, write_alone, write_parts, write_temporary, write_unseen};
