//! Files of the operating system: inputs that the user named, and temporary files.
//!
//! Input: paths and errors of the system. Output: open files, and errors that name the folder and the way out.

mod input;
mod temporary;

pub use input::open_input;
pub use temporary::{is_full, not_written, temporary_file, temporary_folder};
