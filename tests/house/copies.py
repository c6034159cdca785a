"""Finds code that stands in two places word for word."""

from collections import defaultdict

LEAST_LINES = 6


def lines_that_count(source):
    """The lines of a file, tests too, that a copy would be made of: no blank lines, comments, imports, lone brackets."""
    lines = zip(source.text.splitlines(), source.code.splitlines())
    stripped = ((line.strip(), code.strip()) for line, code in lines)
    return [
        line
        for line, code in stripped
        if any(c.isalnum() for c in code) and not code.startswith(("use ", "pub use ", "#["))
    ]


def pairs(sources):
    """Pairs of runs of at least `LEAST_LINES` equal lines, as (file, file, number of lines); each longest run once."""
    texts = {source.name: lines_that_count(source) for source in sources}
    places = defaultdict(list)
    for name, lines in texts.items():
        for at in range(len(lines) - LEAST_LINES + 1):
            places[tuple(lines[at : at + LEAST_LINES])].append((name, at))
    found = []
    for group in places.values():
        for i, (left, a) in enumerate(group):
            for right, b in group[i + 1 :]:
                overlaps = left == right and abs(a - b) < LEAST_LINES
                begins = not (a and b and texts[left][a - 1] == texts[right][b - 1])
                if begins and not overlaps:
                    found.append((left, right, run(texts[left][a:], texts[right][b:])))
    return sorted(found)


def run(left, right):
    """How many lines two lists have in common at their beginnings."""
    n = 0
    for a, b in zip(left, right):
        if a != b:
            break
        n += 1
    return n
