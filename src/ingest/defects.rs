//! Defects of one file. Each defect gets the name of the file in which it was found.

use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::source::SourceId;

/// The file that is being read, and the list to which its defects are added.
pub(super) struct FileContext<'a> {
    pub(super) name: &'a str,
    pub(super) source: SourceId,
    pub(super) defects: &'a mut Defects,
}

impl FileContext<'_> {
    pub(super) fn defect(&mut self, kind: DefectKind, line: Option<u64>, message: impl FnOnce() -> String) {
        let file = self.name;
        self.defects.record(kind, || Place { file: file.to_owned(), line, text: message() });
    }
}
