#!/usr/bin/env python3
"""Measures the source and the prose of a checkout, and prints a table in Markdown.

    tests/house/measure.py                          this checkout
    tests/house/measure.py --repo DIR --since REV   another one, and its commits after REV
    tests/house/measure.py --list "type names"      the things that a row counts, one on each line
    tests/house/measure.py --check                  fails if a row is above its limit

The docstrings hold the definitions, in `knowledge.py`, `imports.py`, `copies.py`, `prose.py` and `rust.py`. The script
reads text and compiles nothing, so the figures are for comparing two states of this repository.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import copies
import imports
import knowledge
import limits
import prose
import rust

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", type=Path, default=ROOT, metavar="DIR", help="checkout to measure [default: this one]")
    parser.add_argument("--since", metavar="REV", help="count the commits after this revision too")
    parser.add_argument("--list", metavar="ROW", help="list the things that rows count whose name contains ROW")
    parser.add_argument("--check", action="store_true", help="compare with the limits; exit 1 if one is exceeded")
    options = parser.parse_args()
    sources = rust.read(options.repo)
    rows = [*knowledge_rows(options.repo, sources), *import_rows(sources), *size_rows(options.repo, sources)]
    if options.check:
        return check(rows)
    rows += prose_rows(options.repo, sources)
    if options.since:
        rows += commit_rows(options.repo, options.since)
    print_list(rows, options.list) if options.list else print_table(rows)
    return 0


def check(rows):
    """Prints the rows above their limit with the things that they count, and the limits that can be lowered."""
    values = {name: (int(value), items) for name, value, items in rows if name in limits.MAXIMUM}
    exceeded = 0
    for name, limit in limits.MAXIMUM.items():
        value, items = values[name]
        if value > limit:
            print(f"{name}: {value}, but at most {limit} by tests/house/limits.py", *items, sep="\n    ")
            exceeded += 1
        elif value < limit:
            print(f"{name}: lower the limit in tests/house/limits.py from {limit} to {value}")
    print(f"{len(limits.MAXIMUM)} limits, {exceeded} exceeded")
    return int(exceeded > 0)


def print_table(rows):
    print("| measure | value |\n|---|---|")
    for name, value, _ in rows:
        print(f"| {name} | {value} |")


def print_list(rows, wanted):
    for name, value, items in rows:
        if wanted in name:
            print(f"# {name}: {value}", *items, sep="\n")


def knowledge_rows(root, sources):
    tables = knowledge.tables_of_controls(sources)
    yield "control-to-cause tables", len(tables), tables
    rules = knowledge.rules_of_endpoint_names(sources)
    yield "rules whether a name leads to an endpoint", len(rules), rules
    causes = knowledge.literal_causes(root, sources)
    listed = [f"{name}: {n}" for name, n in causes.items()]
    in_check = sum(n for name, n in causes.items() if name.startswith("check/"))
    yield "cause ids as literals outside the causes", sum(causes.values()), listed
    yield "cause ids as literals in `check`", in_check, []
    roles = knowledge.literal_roles(sources)
    yield "roles as literals", len(roles), roles
    shared, of = knowledge.shared_type_names(sources)
    most = sorted(shared.items(), key=lambda item: (-len(item[1]), item[0]))
    uses = sum(map(len, shared.values()))
    listed = [f"{name}: {', '.join(files)}" for name, files in most]
    yield "type names with several definitions", len(shared), listed
    yield "share of types with such a name", f"{100 * uses / of:.0f} % ({uses} of {of})", []
    pairs = copies.pairs(sources)
    listed = [f"{left}, {right}: {n} lines" for left, right, n in pairs]
    yield f"pairs of {copies.LEAST_LINES} or more equal lines in `src`", len(pairs), listed


def import_rows(sources):
    graph = imports.Graph(sources)
    circles = graph.circles()
    listed = ["{}: {}".format(len(one), " ".join("::".join(module) for module in one)) for one in circles]
    yield "import circles of files", len(circles), listed
    yield "files in import circles", sum(map(len, circles)), listed
    yield "files in the largest circle", max(map(len, circles), default=0), listed
    largest = {}
    for circle in circles:
        largest.setdefault(graph.room(circle[0]), len(circle))
    by_room = ", ".join(f"`{room}` {n}" for room, n in sorted(largest.items()))
    yield "largest circle of each room", by_room or "none", []
    rooms = graph.rooms_in_circles()
    yield "circles of rooms", len(rooms), [" ".join(one) for one in rooms]
    upward = graph.upward()
    yield "imports from a higher room", len(upward), [f"{a} -> {b}" for a, b in upward]
    loose = [s.name for s in sources if s.name.startswith("ingest/") and s.name.count("/") == 1]
    loose = [s for s in loose if not s.endswith("/mod.rs") and not next(x for x in sources if x.name == s).is_test]
    yield "loose files in `ingest`", len(loose), loose


def size_rows(root, sources):
    root = Path(root)
    product = sum(source.lines(of_tests=False) for source in sources)
    tests = sum(source.lines(of_tests=True) for source in sources)
    outside = sum(lines_of(root / "tests", ending) for ending in ("*.rs", "*.py", "*.mjs"))
    yield "lines of product code", f"{product:,}", []
    yield "lines of tests, in `src` and in `tests/`", f"{tests:,}, {outside:,}", []
    yield "lines of cause pages with their scenarios", f"{scenario_lines(root):,}", []
    pages = knowledge.embedded_pages(root, sources)
    size = sum(page.stat().st_size for page in pages)
    yield "Markdown embedded in the program", f"{size / 1000:.0f} KB", [page.name for page in pages]


def lines_of(folder, ending):
    files = [path for path in folder.rglob(ending) if "node_modules" not in path.parts]
    return sum(bool(line.strip()) for path in files for line in path.read_text(encoding="utf-8").splitlines())


def scenario_lines(root):
    """The pages of the causes, and scenarios wherever they are kept: Markdown of `src` and `tests`."""
    return lines_of(root / "src", "*.md") + lines_of(root / "tests", "*.md")


def prose_rows(root, sources):
    rust_text = prose.Prose(prose.comments([*sources, *other_rust(root)]))
    pages = prose.documents(root)
    docs = prose.Prose("\n\n".join(page.read_text(encoding="utf-8") for page in pages))
    helps = prose.Prose(prose.help_texts(root))
    for name, text in (("docs", docs), ("help", helps), ("comments", rust_text)):
        yield f"{name}: words", f"{text.words:,}", []
        told = f"{text.per_thousand(prose.TELL):.1f}"
        yield f"{name}: tell, told, say, said per 1000 words", told, text.with_word(prose.TELL)
        free = text.free_clauses()
        share = f"{text.share_of_free_clauses():.1f} % ({len(free)} of {len(text.sentences)})"
        yield f"{name}: sentences that open with a free What or Who", share, free
    yield "docs: you, your per 1000 words", f"{docs.per_thousand(prose.READER):.1f}", []
    yield "docs: because, however, for example, note per 1000 words", f"{docs.per_thousand(prose.REASON):.1f}", []


def other_rust(root):
    files = [path for folder in ("tests", "benches") for path in sorted((Path(root) / folder).rglob("*.rs"))]
    return [rust.Source(path.name, path.read_text(encoding="utf-8"), is_test=True) for path in files]


def commit_rows(root, since):
    bodies = git(root, "log", "--no-merges", "--format=%h %s%x00%b%x01", f"{since}..HEAD").split("\x01")
    commits = [one.strip().split("\0") for one in bodies if one.strip()]
    bare = [subject for subject, body in commits if not body.strip()]
    merges = git(root, "log", "--merges", "--format=%h %s", f"{since}..HEAD").splitlines()
    yield f"commits since {since}, without a body, merges", f"{len(commits)}, {len(bare)}, {len(merges)}", [*bare, *merges]


def git(root, *arguments):
    return subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
