//! Loads an [`Inventory`] from files: walks folders, reads every document, counts defects.
//!
//! Goes in: files and folders. Comes out: the inventory, the defects and the number of files and items. The order of paths
//! and files does not matter. A folder may also contain logs, pictures or notes, so files in it that are not JSON are
//! skipped. A file that was named itself is expected to be a document.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use walkdir::WalkDir;

use crate::inventory::Inventory;
use crate::inventory::documents::Loaded;
use crate::inventory::envelope;
use crate::inventory::file::{self, FileContent};
use crate::inventory::item::{DocumentItem, ItemOrigin, Notes};
use crate::inventory::json::{self, Beyond, Damage, Fault, JsonFields, JsonSource, Most, Value, Visit};
use crate::inventory::kept::TooMuch;
use crate::inventory::recognise::{
    PageExtent, Recognised, find, find_in_salvaged, is_one_item, large, may_hold_secrets,
};
use crate::model::defect::{DefectKind, Defects};
use crate::model::document::DocumentKind;

/// How many messages may be one in another: an event in a batch of a subscription in a record of a stream.
const DEEPEST_MESSAGE: usize = 3;

/// The most bytes of the payloads in one value after decompression: a record of a stream has at most 10 MiB before it.
const LARGEST_PAYLOADS: u64 = 256 << 20;

/// The number of files and items that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedFiles {
    /// Files that were read as JSON.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
    /// Bytes of memory that the inventory takes, estimated from its content.
    pub kept: u64,
    /// Items of each kind, before descriptions of one thing are merged; empty if there was no usable document.
    pub items: BTreeMap<DocumentKind, u64>,
}

/// Reads the files and folders at `paths`. If the inventory would take more bytes than `memory`, all files are read to their
/// end nevertheless, to find out how many it needs.
pub fn load(paths: &[PathBuf], memory: u64) -> Result<(Inventory, Defects, LoadedFiles), TooMuch> {
    let mut loading = Loading { memory: Some(memory), ..Loading::default() };
    for (path, named) in loading.list(paths) {
        // The first defect of a kind is kept for each folder, so each file is counted on its own.
        let earlier = std::mem::take(&mut loading.defects);
        loading.file(&path, named);
        loading.defects.merge(earlier);
    }
    match loading.read.kept {
        needed if needed > memory => Err(TooMuch { needed }),
        _ => Ok(loading.finish()),
    }
}

/// Reads texts that are already in memory, each with a name for the defects.
#[must_use]
pub fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Inventory, Defects, LoadedFiles) {
    parse_within(texts, Most::default())
}

/// Reads texts in memory whose values may have so much.
pub(super) fn parse_within<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    most: Most,
) -> (Inventory, Defects, LoadedFiles) {
    let mut loading = Loading { most, ..Loading::default() };
    for (name, bytes) in texts {
        loading.read.files += 1;
        loading.read.bytes += bytes.len() as u64;
        loading.text(&Rc::from(name), file::text_in_memory(bytes));
    }
    loading.finish()
}

#[derive(Default)]
struct Loading {
    loaded: Loaded,
    defects: Defects,
    read: LoadedFiles,
    skipped: Option<SkippedItems>,
    most: Most,
    /// The most bytes of the inventory, if there is a limit.
    memory: Option<u64>,
    /// The bytes that the payloads of the present value may still have.
    payload_bytes: u64,
}

/// Whether the items of a file were skipped, for example because no event of a trail concerns a task.
#[derive(Clone, Copy)]
struct SkippedItems {
    kind: DocumentKind,
    /// Whether all of them were skipped.
    is_all: bool,
}

impl Loading {
    fn finish(mut self) -> (Inventory, Defects, LoadedFiles) {
        let inventory = self.loaded.merge(&mut self.defects);
        (inventory, self.defects, self.read)
    }

    /// Every file once, sorted, with whether it was named itself.
    fn list(&mut self, paths: &[PathBuf]) -> BTreeMap<PathBuf, bool> {
        let mut files = BTreeMap::new();
        for path in paths {
            if path.is_dir() {
                self.walk(path, &mut files);
            } else {
                files.insert(path.clone(), true);
            }
        }
        files
    }

    fn walk(&mut self, folder: &Path, files: &mut BTreeMap<PathBuf, bool>) {
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    files.entry(entry.into_path()).or_insert(false);
                }
                Ok(_) => {}
                Err(error) => {
                    let name = error.path().unwrap_or(folder).display().to_string();
                    self.defect(DefectKind::UnreadableFile, &name, None, || format!("found `{error}`"));
                }
            }
        }
    }

    fn file(&mut self, path: &Path, named: bool) {
        let name: Rc<str> = path.display().to_string().into();
        // A folder may contain any other files, but one that is named as a document is never skipped silently.
        let named = named || file::has_document_name(path);
        match file::open(path) {
            Ok(FileContent::Json(document)) => {
                self.read.files += 1;
                let (read, failure) = self.text(&name, document.text);
                self.read.bytes += document.bytes.unwrap_or(read);
                if let Some(error) = failure {
                    self.defect(DefectKind::DamagedCompression, &name, None, || file::cut(&error));
                }
            }
            Ok(FileContent::Empty) if named => {
                self.defect(DefectKind::EmptyFile, &name, None, || "expected JSON, found nothing".to_owned());
            }
            Ok(FileContent::Other(foreign)) if named || foreign.is_of_aws => {
                if let Some(kind) = foreign.kind {
                    self.loaded.page(&name, kind, PageExtent::Damaged);
                }
                let text = || format!("expected JSON, {}", foreign.text);
                self.defect(DefectKind::UnrecognisedFile, &name, None, text);
            }
            Ok(FileContent::Empty | FileContent::Other(_)) => {}
            Err(error) => self.defect(DefectKind::UnreadableFile, &name, None, || format!("found `{error}`")),
        }
    }

    /// Reads every value of a file's text; returns its bytes, and the error if it ends with one.
    fn text(&mut self, name: &Rc<str>, text: Box<dyn Read + '_>) -> (u64, Option<io::Error>) {
        self.skipped = None;
        let mut source = JsonSource::of_reader(text, self.most);
        json::read(&mut source, &mut FileVisit { loading: self, name });
        if let Some(SkippedItems { kind, is_all: true }) = self.skipped {
            let text = || format!("`{}`: expected relevant items, found none", kind.name());
            self.defect(DefectKind::UnknownDocument, name, None, text);
        }
        (source.bytes(), source.into_failure())
    }

    /// Handles one part of a value. A message may contain a document, and an envelope in a message further ones.
    fn found(&mut self, name: &Rc<str>, line: u64, found: Recognised<'_>, messages: usize) {
        match found {
            Recognised::Page(kind, extent) => self.loaded.page(name, kind, extent),
            Recognised::Item(kind, fields, place) => self.item_at(name, line, kind, fields, place),
            Recognised::Embedded(text) => {
                let is_json = json::looks_like_json(&text);
                let source = JsonSource::of_text(text.as_bytes(), self.most);
                self.message(name, line, source, is_json, messages);
            }
            Recognised::Payload(bytes) => {
                // Never 0, so that a payload beyond the limit is reported as cut.
                let most = self.payload_bytes.max(1);
                let source = JsonSource::of_reader(Box::new(envelope::open(&bytes).take(most)), self.most);
                let read = self.message(name, line, source, true, messages);
                self.payload_bytes = self.payload_bytes.saturating_sub(read);
            }
            Recognised::NotUsed(text) => self.defect(DefectKind::UnknownDocument, name, Some(line), || text),
            Recognised::Failure(text) => self.defect(DefectKind::BadItem, name, Some(line), || text),
            Recognised::Bad(text, count) => {
                self.loaded.damage(name);
                self.defects.record_at(DefectKind::BadItem, count, (name, Some(line)), || text);
            }
        }
    }

    /// Reads a message: an event, an envelope, or an unrelated log line. Returns its bytes.
    fn message(
        &mut self,
        name: &Rc<str>,
        line: u64,
        mut source: JsonSource<'_>,
        is_json: bool,
        messages: usize,
    ) -> u64 {
        let mut values = 0;
        if messages > 0 {
            let mut visit = MessageVisit { loading: self, name, line, is_json, messages: messages - 1 };
            values = json::read(&mut source, &mut visit);
        }
        if values == 0 && !is_json {
            let text = || "expected messages that are JSON, found others".to_owned();
            self.defect(DefectKind::UnknownDocument, name, Some(line), text);
        }
        source.bytes()
    }

    fn item_at(
        &mut self,
        name: &Rc<str>,
        line: u64,
        kind: DocumentKind,
        fields: JsonFields<'_>,
        place: Option<usize>,
    ) {
        let notes = Notes::of(ItemOrigin { file: Rc::clone(name), line, place })
            .hiding_values(may_hold_secrets(kind));
        self.item(kind, DocumentItem::new(fields, &notes));
        let (texts, others) = notes.into_parts();
        let last = texts.len().saturating_sub(1);
        for (at, note) in texts.iter().enumerate() {
            let count = if at == last { 1 + others } else { 1 };
            let text = || at_place(kind, place, note);
            self.defects.record_at(DefectKind::BadItem, count, (name, Some(line)), text);
        }
    }

    fn item(&mut self, kind: DocumentKind, item: DocumentItem<'_>) {
        *self.read.items.entry(kind).or_default() += 1;
        let file = Rc::clone(item.file());
        let mut kept = None;
        let is_clean = item.without_note(|| kept = self.loaded.item(kind, item)).is_some();
        let is_read = kept.is_some();
        self.read.kept += kept.unwrap_or_default();
        if self.memory.is_some_and(|memory| self.read.kept > memory) {
            // It does not fit: from here on it is only counted.
            self.loaded = Loaded::default();
        }
        let is_all = !is_read && is_clean && self.skipped.is_none_or(|before| before.is_all);
        self.skipped = Some(SkippedItems { kind, is_all });
        if !is_read && !is_clean {
            self.loaded.page(&file, kind, PageExtent::Damaged);
        } else if is_one_item(kind) {
            self.loaded.page(&file, kind, PageExtent::Last);
        }
    }

    fn defect(&mut self, kind: DefectKind, name: &str, line: Option<u64>, text: impl FnOnce() -> String) {
        self.loaded.damage(name);
        // Defects of one file are not found in the order of their lines.
        self.defects.record_at(kind, 1, (name, line), text);
    }
}

/// The values of a file.
struct FileVisit<'l, 'n> {
    loading: &'l mut Loading,
    name: &'n Rc<str>,
}

impl Visit for FileVisit<'_, '_> {
    fn value(&mut self, value: Value<'_>, line: u64, is_salvaged: bool) {
        self.loading.payload_bytes = LARGEST_PAYLOADS;
        self.loading.loaded.value();
        let find = if is_salvaged { find_in_salvaged } else { find };
        find(value, &mut |one| self.loading.found(self.name, line, one, DEEPEST_MESSAGE));
    }

    fn large(&mut self, source: &mut JsonSource<'_>, line: u64, beyond: Beyond) -> Result<(), Fault> {
        self.loading.payload_bytes = LARGEST_PAYLOADS;
        self.loading.loaded.value();
        large::read(source, beyond, &mut |one| self.loading.found(self.name, line, one, DEEPEST_MESSAGE))
    }

    fn damage(&mut self, damage: Damage) {
        self.loading.defect(DefectKind::DamagedJson, self.name, Some(damage.line), || damage.text);
    }
}

/// The values of a message.
struct MessageVisit<'l, 'n> {
    loading: &'l mut Loading,
    name: &'n Rc<str>,
    /// The line of the value that contains the message.
    line: u64,
    /// Whether the message starts like JSON; otherwise damage is normal.
    is_json: bool,
    messages: usize,
}

impl Visit for MessageVisit<'_, '_> {
    fn value(&mut self, value: Value<'_>, _: u64, _: bool) {
        self.loading.loaded.value();
        find(value, &mut |one| self.loading.found(self.name, self.line, one, self.messages));
    }

    fn large(&mut self, source: &mut JsonSource<'_>, _: u64, beyond: Beyond) -> Result<(), Fault> {
        large::read(source, beyond, &mut |one| self.loading.found(self.name, self.line, one, self.messages))
    }

    fn damage(&mut self, damage: Damage) {
        if self.is_json {
            self.loading.defect(DefectKind::DamagedJson, self.name, Some(self.line), || damage.text);
        }
    }
}

/// A note on an item, with the position of the item in its list.
fn at_place(kind: DocumentKind, place: Option<usize>, note: &str) -> String {
    match place {
        Some(place) => format!("`{}` item {place}: {note}", kind.name()),
        None => format!("`{}`: {note}", kind.name()),
    }
}
