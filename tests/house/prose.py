"""Counts words in what people read: documentation, the help of commands, and comments.

Code is no prose: blocks between fences, `spans`, HTML tags, addresses of links and the header rows of tables are taken out first. A
sentence ends with `.`, `!`, `?` or `:` before a blank or a capital letter, and with a paragraph, a list item or a table cell.
"""

import re
from pathlib import Path

TELL = re.compile(r"\b(?:tell|tells|told|telling|say|says|said|saying)\b", re.IGNORECASE)
REASON = re.compile(r"\b(?:because|however|note)\b|\bfor example\b", re.IGNORECASE)
READER = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
FREE_CLAUSE = re.compile(r"(?:What|Who|Whose|Whoever|Whatever)\b")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
FENCE = re.compile(r"^([ \t]*)(```|~~~).*?^[ \t]*\2[ \t]*$", re.MULTILINE | re.DOTALL)


class Prose:
    """Text that is read as English: its words, and its sentences without headings."""

    def __init__(self, text):
        self.text = without_code(text)
        self.words = len(WORD.findall(self.text))
        self.sentences = list(sentences(self.text))

    def per_thousand(self, pattern):
        return 1000 * len(pattern.findall(self.text)) / max(self.words, 1)

    def with_word(self, pattern):
        return [one for one in self.sentences if pattern.search(one)]

    def free_clauses(self):
        """Sentences that open with a free "What" or "Who"; questions are none."""
        return [one for one in self.sentences if FREE_CLAUSE.match(one) and not one.endswith("?")]

    def share_of_free_clauses(self):
        return 100 * len(self.free_clauses()) / max(len(self.sentences), 1)


def without_code(text):
    for pattern, instead in (
        (FENCE, ""),
        (re.compile(r"<!--.*?-->", re.DOTALL), ""),
        (re.compile(r"``[^`]+``|`[^`]*`"), "X"),
        (re.compile(r"\]\([^)]*\)"), "]"),
        (re.compile(r"https?://\S+"), "X"),
        (re.compile(r"</?\w[^>]*>"), ""),
        (re.compile(r"^.*\n[ \t|:-]*-{3}[ \t|:-]*$", re.MULTILINE), ""),
    ):
        text = pattern.sub(instead, text)
    return text


def sentences(text):
    """Sentences of at least two words, headings left out."""
    lines = ("" if line.lstrip().startswith("#") else line for line in text.splitlines())
    for paragraph in re.split(r"\n[ \t]*\n|\n[ \t]*(?=[-*][ \t]|\d+\.[ \t])|\|", "\n".join(lines)):
        whole = " ".join(paragraph.split()).strip("-*_ ")
        for one in re.split(r"(?<=[.!?:])[\"')*_]*\s+(?=[\"'(*_]*[A-Z])", whole):
            one = one.strip("\"'(*_ ")
            if len(WORD.findall(one)) > 1:
                yield one


def documents(root):
    """The pages people read: those at the root, those of `docs/`, and none that is generated from another place."""
    root = Path(root)
    pages = [root / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    pages += sorted((root / "docs").rglob("*.md"))
    generated = ("commands", "SUMMARY.md")
    return [page for page in pages if page.is_file() and not set(page.relative_to(root).parts) & set(generated)]


def help_texts(root):
    """The help of every command, from the blocks of its page."""
    pages = sorted((Path(root) / "docs" / "commands").glob("*.md"))
    blocks = [match.group() for page in pages for match in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return "\n\n".join(re.sub(r"^```.*$", "", block, flags=re.MULTILINE) for block in blocks)


def comments(sources):
    """The comments of Rust sources, one paragraph a block."""
    return "\n\n".join(block for source in sources for block in source.comments)
