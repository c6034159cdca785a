//! A page of scenarios, read as tests: what is given, what is expected, and where in the text the verdicts stand.

use std::ops::Range;

use crate::support::inventory::Inventories;

/// The fields of the records where a scenario has no header line.
const HEADER: &str = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status\n";

/// One `##` of a page: what is given and what is expected.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// The heading.
    pub(crate) heading: String,
    /// Flow-log lines, the header first.
    pub(crate) flows: String,
    /// Documents, one after another.
    pub(crate) inventory: String,
    /// The ports of `--port` after the word `flows`, in addition to the default ones.
    pub(crate) ports: Vec<u16>,
    /// The conditions of the verdict, one on each line.
    pub(crate) verdict: Vec<String>,
    /// Where the first line of the verdict stands in the page, without its end.
    pub(crate) first_line: Range<usize>,
}

/// The text under a heading `##`.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    /// The heading.
    pub(crate) heading: &'a str,
    /// The text after it.
    pub(crate) text: &'a str,
    /// Where the text starts in the page.
    start: usize,
}

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// The first word after the fence.
    pub(crate) language: &'a str,
    /// The words after the language.
    pub(crate) info: &'a str,
    /// The lines between the fences.
    pub(crate) content: &'a str,
    /// Where the content starts in the section.
    pub(crate) start: usize,
}

/// The scenarios of a page; an `Err` names the problem with one.
pub(crate) fn scenarios(page: &str, inventories: &Inventories) -> Result<Vec<Scenario>, String> {
    let read = |section: Section<'_>| {
        scenario(&section, inventories).map_err(|problem| format!("`{}`: {problem}", section.heading))
    };
    sections(page).into_iter().map(read).collect()
}

fn scenario(section: &Section<'_>, inventories: &Inventories) -> Result<Scenario, String> {
    let blocks = blocks(section.text);
    let languages: Vec<&str> = blocks.iter().map(|block| block.language).collect();
    let [inventory, flows, verdict] = blocks.as_slice() else {
        return Err(format!("has the blocks {languages:?}"));
    };
    if languages != ["inventory", "flows", "verdict"] {
        return Err(format!("has the blocks {languages:?}"));
    }
    let first = section.start + verdict.start;
    let length = verdict.content.lines().next().map_or(0, str::len);
    let header = if flows.content.starts_with("interface-id ") { "" } else { HEADER };
    Ok(Scenario {
        heading: section.heading.to_owned(),
        flows: [header, flows.content].concat(),
        inventory: inventories.documents(inventory)?,
        ports: ports(flows.info)?,
        verdict: verdict.content.lines().map(str::to_owned).collect(),
        first_line: first..first + length,
    })
}

/// The ports of `--port N --port M`.
fn ports(options: &str) -> Result<Vec<u16>, String> {
    let words: Vec<&str> = options.split_whitespace().collect();
    let port = |pair: &[&str]| match pair {
        ["--port", port] => port.parse().map_err(|_| format!("`{port}` is no port")),
        _ => Err(format!("`flows {options}`: only `--port N` may follow")),
    };
    words.chunks(2).map(port).collect()
}

/// The parts of a page below `##`.
pub(crate) fn sections(page: &str) -> Vec<Section<'_>> {
    let starts: Vec<usize> = page.match_indices("\n## ").map(|(at, mark)| at + mark.len()).collect();
    let ends = starts.iter().skip(1).map(|start| start - "## ".len()).chain([page.len()]);
    let section = |(start, end): (&usize, usize)| {
        let (heading, text) = page[*start..end].split_once('\n').unwrap_or((&page[*start..end], ""));
        Section { heading, text, start: start + heading.len() + 1 }
    };
    starts.iter().zip(ends).map(section).collect()
}

/// The fenced blocks of a text.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    const FENCE: &str = "```";
    let (mut blocks, mut at, mut open) = (Vec::new(), 0, None::<(&str, usize)>);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        match (line.trim_end().strip_prefix(FENCE), open) {
            (Some(info), None) => open = Some((info, next)),
            (Some(_), Some((info, start))) => {
                let (language, info) = info.split_once(' ').unwrap_or((info, ""));
                blocks.push(Block { language, info, content: &text[start..at], start });
                open = None;
            }
            (None, _) => {}
        }
        at = next;
    }
    blocks
}

#[test]
fn reads_a_page() {
    let page = "# T\n\n## One\n\nText.\n\n```inventory\n{\"a\":1}\n```\n```flows\na\nb\n```\n\
                ```verdict\nx: y\nservice: s\n```\n\n## Two\n\n```flows\n```\n";
    let inventories = Inventories::default();
    let one = page.split("\n## Two").next().expect("a part");
    let found = scenarios(one, &inventories).expect("a page");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].heading.as_str(), &found[0].flows), ("One", &format!("{HEADER}a\nb\n")));
    assert_eq!(found[0].inventory, "{\"a\":1}\n");
    assert_eq!(found[0].verdict, ["x: y", "service: s"]);
    assert_eq!(&one[found[0].first_line.clone()], "x: y");
    assert_eq!(scenarios(page, &inventories).unwrap_err(), "`Two`: has the blocks [\"flows\"]");
}
