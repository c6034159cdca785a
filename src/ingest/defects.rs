//! Defects of one file, and the records that are discarded because of them. Each gets the name of the file in which it
//! was found.

use crate::ingest::record::TimeSpan;
use crate::ingest::sink::{Discarded, Sink};
use crate::ingest::source::object_key::object_time;
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::source::SourceId;
use crate::model::time::{Timestamp, Window};

fn of_span(span: TimeSpan) -> Window {
    Window { from: Timestamp(span.start.into()), to: Timestamp(span.end.into()).plus(1) }
}

/// The readable values of a record that is discarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remains<'a> {
    /// `interface-id`.
    pub(super) interface: Option<&'a [u8]>,
    /// `start` and `end`.
    pub(super) span: Option<TimeSpan>,
}

/// The file that is being read, and the list to which its defects are added.
pub(super) struct FileContext<'a> {
    pub(super) name: &'a str,
    pub(super) source: SourceId,
    pub(super) defects: &'a mut Defects,
    /// The time of the records in the file, as its name states it.
    window: Window,
}

impl<'a> FileContext<'a> {
    pub(super) fn new(name: &'a str, source: SourceId, defects: &'a mut Defects) -> Self {
        let window = object_time(name).map_or(Window::ALWAYS, |known| known.window);
        Self { name, source, defects, window }
    }

    /// The same file with another list of defects.
    pub(super) fn with<'b>(&self, defects: &'b mut Defects) -> FileContext<'b>
    where
        'a: 'b,
    {
        FileContext { name: self.name, source: self.source, defects, window: self.window }
    }
}

impl FileContext<'_> {
    pub(super) fn defect(&mut self, kind: DefectKind, line: Option<u64>, message: impl FnOnce() -> String) {
        let file = self.name;
        self.defects.record(kind, || Place { file: file.to_owned(), line, text: message() });
    }

    /// Passes one discarded record to the sink.
    pub(super) fn discard<S: Sink>(&self, line: u64, remains: Remains<'_>, sink: &mut S) {
        sink.discarded(&Discarded {
            records: Some(1),
            interface: remains.interface,
            window: remains.span.map_or(self.window, of_span),
            file: self.name,
            line: Some(line),
        });
    }

    /// Counts defects of one kind, and passes as many discarded records to the sink. The first of them is in this line.
    pub(super) fn discard_lines<S: Sink>(
        &mut self,
        (kind, count): (DefectKind, u64),
        line: u64,
        message: impl FnOnce() -> String,
        sink: &mut S,
    ) {
        let file = self.name;
        self.defects.record_all(kind, count, || Place {
            file: file.to_owned(),
            line: Some(line),
            text: message(),
        });
        self.discard_part(Some(count), Some(line), None, sink);
    }

    /// Passes a part of the file that cannot be read to the sink: `records` records if their number is known, from `line`
    /// on, or the whole file.
    pub(super) fn discard_part<S: Sink>(
        &self,
        records: Option<u64>,
        line: Option<u64>,
        span: Option<TimeSpan>,
        sink: &mut S,
    ) {
        let window = span.map_or(self.window, of_span);
        sink.discarded(&Discarded { records, interface: None, window, file: self.name, line });
    }

    /// Whether the name is that of a flow-log object.
    pub(super) fn is_named_as_flow_log(&self) -> bool {
        object_time(self.name).is_some() || self.name.contains("vpcflowlogs")
    }
}
