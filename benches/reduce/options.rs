//! The command line.

use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use flowcause::model::ids::InterfaceId;
use flowcause::model::time::{Timestamp, Window};

/// The work that is done with the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Aggregate,
    Scoped,
    Summary,
    Inflate,
    Decode,
    DecodeAggregate,
}

/// The command line.
pub(crate) struct Options {
    pub(crate) folder: PathBuf,
    pub(crate) threads: usize,
    pub(crate) memory: Option<usize>,
    pub(crate) reduction: Reduction,
    /// The interfaces of `scoped`.
    interfaces: Option<PathBuf>,
    /// The window of `scoped`.
    pub(crate) window: Window,
}

impl Options {
    /// `None` without a folder, because there is nothing to do.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut folder, mut threads, mut reduction) = (None, 2, Reduction::Aggregate);
        let (mut interfaces, mut window, mut memory) = (None, Window::ALWAYS, None);
        while let Some(name) = args.next() {
            let mut value = || args.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--threads" => threads = number(&value()?)?,
                "--memory" => memory = Some(number(&value()?)?),
                "--reduction" => reduction = Reduction::named(&value()?)?,
                "--interfaces" => interfaces = Some(PathBuf::from(value()?)),
                "--from" => window.from = Timestamp(number(&value()?)?),
                "--to" => window.to = Timestamp(number(&value()?)?),
                flag if flag.starts_with("--") => {} // arguments that cargo adds, such as --bench
                path => folder = Some(PathBuf::from(path)),
            }
        }
        Ok(folder.map(|folder| Self { folder, threads, memory, reduction, interfaces, window }))
    }

    /// The interfaces of the file, one on each line.
    pub(crate) fn cases(&self) -> Result<Vec<InterfaceId>, String> {
        let path = self.interfaces.as_ref().ok_or("`scoped` needs --interfaces FILE")?;
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(text.lines().map(InterfaceId::new).collect())
    }
}

impl Reduction {
    fn named(name: &str) -> Result<Self, String> {
        Ok(match name {
            "aggregate" => Self::Aggregate,
            "scoped" => Self::Scoped,
            "summary" => Self::Summary,
            "inflate" => Self::Inflate,
            "decode" => Self::Decode,
            "decode-aggregate" => Self::DecodeAggregate,
            _ => return Err(format!("there is no reduction `{name}`")),
        })
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is not a whole number"))
}
