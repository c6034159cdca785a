//! A cause's page, read as a test: its scenarios and where in the text their verdicts stand.

use std::ops::Range;

/// One `###` of a page: what is given and what is expected.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// The heading.
    pub(crate) heading: String,
    /// Flow-log lines, the header first.
    pub(crate) flows: String,
    /// Documents, one after another.
    pub(crate) inventory: String,
    /// What the verdict must hold, line by line.
    pub(crate) verdict: Vec<String>,
    /// Where the first line of the verdict stands in the page, without its end.
    pub(crate) first_line: Range<usize>,
}

/// The scenarios of a page; an `Err` says what is wrong with one.
pub(crate) fn scenarios(page: &str) -> Result<Vec<Scenario>, String> {
    let Some(start) = page.find("\n## Scenarios\n") else { return Ok(Vec::new()) };
    let offset = start + "\n## Scenarios\n".len();
    let mut parts = page[offset..].split("\n### ");
    let mut place = offset + parts.next().map_or(0, str::len);
    parts
        .map(|part| {
            place += "\n### ".len();
            let read = scenario(part, place);
            place += part.len();
            read
        })
        .collect()
}

fn scenario(part: &str, place: usize) -> Result<Scenario, String> {
    let heading = part.lines().next().unwrap_or_default().to_owned();
    let block = |language: &str| {
        block(part, language).ok_or_else(|| format!("`{heading}` has no block `{language}`, or two"))
    };
    let verdict = block("verdict")?;
    let text = &part[verdict.clone()];
    let first = verdict.start..verdict.start + text.find('\n').unwrap_or(text.len());
    Ok(Scenario {
        flows: part[block("flows")?].to_owned(),
        inventory: part[block("inventory")?].to_owned(),
        verdict: text.lines().map(str::to_owned).collect(),
        first_line: place + first.start..place + first.end,
        heading,
    })
}

/// Where the one fenced block of this language stands, fences excluded.
fn block(part: &str, language: &str) -> Option<Range<usize>> {
    let fence = format!("\n```{language}\n");
    let mut found = part.match_indices(&fence);
    let start = found.next()?.0 + fence.len();
    let end = start + part[start..].find("```\n").or_else(|| part[start..].find("```"))?;
    found.next().is_none().then_some(start..end)
}

#[test]
fn reads_a_page() {
    let page = "# T\n\n## Scenarios\n\n### One\n\nText.\n\n```flows\na\nb\n```\n\n```inventory\n{}\n```\n\n\
                ```verdict\nx: y\nservice: s\n```\n";
    let found = scenarios(page).expect("a page");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].heading.as_str(), found[0].flows.as_str()), ("One", "a\nb\n"));
    assert_eq!(found[0].verdict, ["x: y", "service: s"]);
    assert_eq!(&page[found[0].first_line.clone()], "x: y");
    assert!(scenarios("\n## Scenarios\n\n### One\n").is_err());
}
