"""Reads Rust sources well enough to count in them: comments, string literals, functions, types and test code.

A scanner of tokens, no parser: macros are plain text to it, and a file that does not compile is read all the same.
"""

import bisect
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>[bc]?r(?P<fence>\#*)".*?"(?P=fence)|[bc]?"(?:\\.|[^"\\])*")
  | (?P<char>b?'(?:\\x[0-9a-fA-F]{2}|\\u\{[0-9a-fA-F_]+\}|\\.|[^'\\\n])')
    """,
    re.VERBOSE | re.DOTALL,
)
TEST_ATTRIBUTE = re.compile(r"#\[cfg\((?:test|all\(test\b[^\]]*)\)\]")
FUNCTION = re.compile(r"\bfn\s+(\w+)")
TYPE = re.compile(
    r"^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?(?:unsafe[ \t]+)?(?:struct|enum|union|trait|type)[ \t]+([A-Z]\w*)",
    re.MULTILINE,
)
NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Literal:
    """A string literal: where it begins in the file, and what is between its quotes."""

    at: int
    text: str


@dataclass(frozen=True)
class Function:
    """A function with a body: its name, and the positions of the first and the last character."""

    name: str
    start: int
    end: int


def blank(text):
    """The same number of characters and lines, with nothing in them."""
    return NOT_NEWLINE.sub(" ", text)


class Source:
    """One file. `name` is its path from `src/`, with `/`."""

    def __init__(self, name, text, is_test=False):
        self.name = name
        self.text = text
        self.is_test = is_test

    @property
    def room(self):
        """The folder of `src/` the file is in, or the file itself without its ending."""
        return self.name.split("/")[0].removesuffix(".rs")

    @cached_property
    def tokens(self):
        return list(TOKEN.finditer(self.text))

    @cached_property
    def code(self):
        """The text with comments, strings and characters blanked; positions are those of the text."""
        parts, last = [], 0
        for token in self.tokens:
            parts += [self.text[last : token.start()], blank(token.group())]
            last = token.end()
        return "".join([*parts, self.text[last:]])

    @cached_property
    def tests(self):
        """The ranges of items that are compiled for tests only."""
        if self.is_test:
            return [(0, len(self.text))]
        ranges = []
        for attribute in TEST_ATTRIBUTE.finditer(self.code):
            if not ranges or attribute.start() >= ranges[-1][1]:
                ranges.append((attribute.start(), end_of_item(self.code, attribute.end())))
        return ranges

    def is_product(self, at):
        """Whether the program contains what is at this position, and not only its tests."""
        return not any(start <= at < end for start, end in self.tests)

    @cached_property
    def product(self):
        """The code without tests; positions are those of the text."""
        code = self.code
        for start, end in self.tests:
            code = code[:start] + blank(code[start:end]) + code[end:]
        return code

    @cached_property
    def literals(self):
        """The string literals of product code."""
        strings = (token for token in self.tokens if token["string"])
        return [
            Literal(token.start(), re.sub(r'^[bcr#]*"|"#*$', "", token["string"]))
            for token in strings
            if self.is_product(token.start())
        ]

    @cached_property
    def comments(self):
        """The text of all comments, of tests too: a block for those that only line breaks part, without their marks."""
        marks = re.compile(r"^(?:///|//!|//|/\*+)\s?|\*/$", re.MULTILINE)
        blocks, last = [], None
        for token in self.tokens:
            if token["comment"]:
                is_next = last is not None and not self.text[last : token.start()].strip(" \t").strip("\n")
                is_next = is_next and self.text.count("\n", last, token.start()) == 1
                line = marks.sub("", token["comment"])
                blocks[-1:] = [f"{blocks[-1]}\n{line}"] if is_next else [*blocks[-1:], line]
                last = token.end()
        return blocks

    @cached_property
    def functions(self):
        """The functions of product code that have a body, nested ones too."""
        found = []
        for match in FUNCTION.finditer(self.product):
            opening = re.compile(r"[{;]").search(self.product, match.end())
            if opening and opening.group() == "{":
                found.append(Function(match[1], match.start(), closing(self.product, opening.start())))
        return found

    def types(self):
        """The names of structs, enums, unions, traits and aliases of product code; no associated types."""
        bodies = [(f.start, f.end) for f in self.functions]
        for match in TYPE.finditer(self.product):
            at = match.start(1)
            is_inner = any(start < at < end for start, end in bodies)
            if not is_inner and not self.is_associated(match):
                yield match[1]

    def is_associated(self, match):
        """Whether a type alias stands within an `impl` or a `trait`."""
        line = match.group()
        return " type " in f" {line.strip()} " and line[:1] in " \t"

    @cached_property
    def line_starts(self):
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line(self, at):
        """The number of the line that holds a position, from 1."""
        return bisect.bisect_right(self.line_starts, at)

    def line_text(self, at):
        number = self.line(at)
        return self.text.splitlines()[number - 1]

    def lines(self, of_tests):
        """The number of lines of tests or of the product, comments with them, blank lines not."""
        return sum(
            1
            for start, line in zip(self.line_starts, self.text.splitlines())
            if line.strip() and self.is_product(start + len(line) - len(line.lstrip())) != of_tests
        )


def closing(code, opening):
    """The position after the brace that closes the one at `opening`."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end()
    return len(code)


def end_of_item(code, start):
    """The position after an item: its `;`, or the brace that closes it."""
    depth = 0
    for mark in re.compile(r"[;{}()\[\]]").finditer(code, start):
        if mark.group() in "([":
            depth += 1
        elif mark.group() in ")]":
            depth -= 1
        elif depth == 0:
            return mark.end() if mark.group() == ";" else closing(code, mark.start())
    return len(code)


def read(root):
    """Every file of `root/src`, sorted; those that only tests declare are marked as tests."""
    folder = Path(root) / "src"
    sources = {}
    for path in sorted(folder.rglob("*.rs")):
        name = path.relative_to(folder).as_posix()
        sources[name] = Source(name, path.read_text(encoding="utf-8"))
    mark_tests(sources)
    return list(sources.values())


def mark_tests(sources):
    """Marks files behind `#[cfg(test)] mod name;`, and what these declare in turn."""
    declared = re.compile(r"\bmod\s+(\w+)\s*;")
    # A file comes after the one that declares it, if sorted by depth.
    for name in sorted(sources, key=lambda name: (name.count("/") + (not name.endswith("/mod.rs")), name)):
        source = sources[name]
        stem = name.removesuffix(".rs").removesuffix("/mod")
        home = "" if name in ("lib.rs", "main.rs") else stem + "/"
        for match in declared.finditer(source.code):
            for child in (f"{home}{match[1]}.rs", f"{home}{match[1]}/mod.rs"):
                if child in sources and not source.is_product(match.start()):
                    sources[child].is_test = True
