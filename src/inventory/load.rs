//! Loads an [`Inventory`] from files: walks folders, reads every document, counts defects.
//!
//! Goes in: files and folders. Comes out: the inventory, the defects and the number of files and items. The order of paths
//! and files does not matter. A folder may also contain logs, pictures or notes, so files in it that are not JSON are
//! skipped. A file that was named itself is expected to be a document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use walkdir::WalkDir;

use crate::inventory::documents::Loaded;
use crate::inventory::envelope::{has_json_lines, json_lines};
use crate::inventory::file::{self, FileContent};
use crate::inventory::item::{DocumentItem, ItemOrigin, Notes};
use crate::inventory::json::looks_like_json;
use crate::inventory::recognise::{PageExtent, Recognised, find, find_in_salvaged, is_one_item};
use crate::inventory::{Inventory, json};
use crate::model::defect::{DefectKind, Defects, Place};
use crate::model::document::DocumentKind;

/// How many messages may be one in another: an event in a batch of a subscription in a record of a stream.
const DEEPEST_MESSAGE: usize = 3;

/// The number of files and items that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedFiles {
    /// Files that were read as JSON.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
    /// Items of each kind, before descriptions of one thing are merged; empty if there was no usable document.
    pub items: BTreeMap<DocumentKind, u64>,
}

/// Reads the files and folders at `paths`.
#[must_use]
pub fn load(paths: &[PathBuf]) -> (Inventory, Defects, LoadedFiles) {
    let mut loading = Loading::default();
    for (path, named) in loading.list(paths) {
        loading.file(&path, named);
    }
    loading.finish()
}

/// Reads texts that are already in memory, each with a name for the defects.
#[must_use]
pub fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Inventory, Defects, LoadedFiles) {
    let mut loading = Loading::default();
    for (name, bytes) in texts {
        loading.read.files += 1;
        loading.read.bytes += bytes.len() as u64;
        loading.text(&Rc::from(name), &json::decode(bytes));
    }
    loading.finish()
}

#[derive(Default)]
struct Loading {
    loaded: Loaded,
    defects: Defects,
    read: LoadedFiles,
    skipped: Option<SkippedItems>,
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
        match file::read(path) {
            Ok(FileContent::Json(text)) => {
                self.read.files += 1;
                self.read.bytes += text.bytes;
                if let Some(cut) = text.cut {
                    self.defect(DefectKind::DamagedCompression, &name, None, || cut);
                }
                self.text(&name, &text.text);
            }
            Ok(FileContent::Empty) if named => {
                self.defect(DefectKind::EmptyFile, &name, None, || "expected JSON, found nothing".to_owned());
            }
            Ok(FileContent::Other(first)) if named => {
                let text = || format!("expected JSON that starts with `{{` or `[`, found `{first}`");
                self.defect(DefectKind::UnrecognisedFile, &name, None, text);
            }
            Ok(FileContent::Empty | FileContent::Other(_)) => {}
            Err(error) => self.defect(DefectKind::UnreadableFile, &name, None, || format!("found `{error}`")),
        }
    }

    /// Reads every value of a file's text.
    fn text(&mut self, name: &Rc<str>, text: &str) {
        self.skipped = None;
        let (values, damages) = json::parse(&json_of(text));
        for damage in damages {
            self.defect(DefectKind::DamagedJson, name, Some(damage.line), || damage.text);
        }
        for parsed in values {
            let mut found = Vec::new();
            if parsed.salvaged {
                find_in_salvaged(&parsed.value, &mut found);
            } else {
                find(&parsed.value, &mut found);
            }
            self.found(name, parsed.line, found, DEEPEST_MESSAGE);
        }
        if let Some(SkippedItems { kind, is_all: true }) = self.skipped {
            let text = || format!("`{}`: expected relevant items, found none", kind.name());
            self.defect(DefectKind::UnknownDocument, name, None, text);
        }
    }

    /// Handles the parts of one value. A message may contain a document, and an envelope in a message further ones.
    fn found(&mut self, name: &Rc<str>, line: u64, found: Vec<Recognised<'_>>, messages: usize) {
        for one in found {
            match one {
                Recognised::Page(kind, extent) => self.loaded.page(kind, extent),
                Recognised::Item(kind, fields, place) => {
                    let notes = Notes::of(ItemOrigin { file: Rc::clone(name), line });
                    self.item(kind, DocumentItem::new(fields, &notes));
                    for note in notes.into_inner() {
                        let text = || at_place(kind, place, &note);
                        self.defect(DefectKind::BadItem, name, Some(line), text);
                    }
                }
                Recognised::Embedded(text) => self.message(name, line, &text, messages),
                Recognised::NotUsed(text) => {
                    self.defect(DefectKind::UnknownDocument, name, Some(line), || text);
                }
                Recognised::Failure(text) | Recognised::Bad(text) => {
                    self.defect(DefectKind::BadItem, name, Some(line), || text);
                }
            }
        }
    }

    /// Reads a message: an event, an envelope, or an unrelated log line.
    fn message(&mut self, name: &Rc<str>, line: u64, text: &str, messages: usize) {
        let (values, damages) = if messages == 0 { Default::default() } else { json::parse(text) };
        if looks_like_json(text) {
            for damage in damages {
                self.defect(DefectKind::DamagedJson, name, Some(line), || damage.text);
            }
        } else if values.is_empty() {
            let text = || "expected messages that are JSON, found others".to_owned();
            self.defect(DefectKind::UnknownDocument, name, Some(line), text);
        }
        for parsed in values {
            let mut found = Vec::new();
            find(&parsed.value, &mut found);
            self.found(name, line, found, messages - 1);
        }
    }

    fn item(&mut self, kind: DocumentKind, item: DocumentItem<'_>) {
        *self.read.items.entry(kind).or_default() += 1;
        let mut is_read = false;
        let is_clean = item.without_note(|| is_read = self.loaded.item(kind, item)).is_some();
        let is_all = !is_read && is_clean && self.skipped.is_none_or(|before| before.is_all);
        self.skipped = Some(SkippedItems { kind, is_all });
        if !is_read && !is_clean {
            self.loaded.page(kind, PageExtent::Damaged);
        } else if is_one_item(kind) {
            self.loaded.page(kind, PageExtent::Last);
        }
    }

    fn defect(&mut self, kind: DefectKind, name: &str, line: Option<u64>, text: impl FnOnce() -> String) {
        // Merged rather than recorded, because defects of one file are not found in the order of their lines.
        let mut one = Defects::default();
        one.record(kind, || Place { file: name.to_owned(), line, text: text() });
        self.defects.merge(one);
    }
}

/// The text, or the JSON in it if it consists of log lines or is a table.
fn json_of(text: &str) -> Cow<'_, str> {
    if looks_like_json(text) || !has_json_lines(text) { text.into() } else { json_lines(text).into() }
}

/// A note on an item, with the position of the item in its list.
fn at_place(kind: DocumentKind, place: Option<usize>, note: &str) -> String {
    match place {
        Some(place) => format!("`{}` item {place}: {note}", kind.name()),
        None => format!("`{}`: {note}", kind.name()),
    }
}
