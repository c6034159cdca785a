"""Writes results as Markdown."""

import hashlib
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from job import PARQUET, REDUCTIONS, TEXT
from measure import Run
from programs import PACKAGE

BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"
HEAD = "| tool | wall s | user+sys s | peak MiB | wall, in flowcause's | wall, in the floor's | checksum |"

# The library that flowcause measures in the job `floor`, which only decompresses or decodes.
LIBRARIES = {("floor", form, "flowcause"): "zlib-rs (flate2)" for form in TEXT}
LIBRARIES |= {("floor", form, "flowcause-isal"): "ISA-L" for form in TEXT}
LIBRARIES |= {("floor", form, "flowcause"): "arrow-rs, parquet" for form in PARQUET}


@dataclass
class Measured:
    """The runs of a tool for one job. `scale` is the size of the corpus in relation to the files that a slow tool read."""

    runs: list[Run]
    scale: float = 1.0

    def median(self, what: str) -> float:
        value = statistics.median(getattr(run, what) for run in self.runs)
        return value if what == "rss" else value * self.scale

    def checksum(self) -> str:
        [check] = {run.check for run in self.runs}
        return hashlib.sha256(check.encode()).hexdigest()[:8]


# By reduction and format, then by tool.
Results = dict[tuple[str, str], dict[str, Measured]]


def tables(results: Results, notes: dict[tuple[str, str], str]) -> str:
    parts = []
    for (reduction, form), of_tools in results.items():
        whole = [measured for measured in of_tools.values() if measured.scale == 1]
        checks = dict.fromkeys(run.check for measured in whole for run in measured.runs)
        title = f"### {reduction}, {form}\n\n{REDUCTIONS[reduction]}{notes.get((reduction, form), '')}."
        line = f"Check line: `{', '.join(checks)}`."
        named = {LIBRARIES.get((reduction, form, tool), tool): measured for tool, measured in of_tools.items()}
        parts.append(f"{title}\n{line}\n\n{table(named, of_tools.get('flowcause'), results.get(('floor', form), {}))}")
    return "\n\n".join(parts) + "\n"


def table(of_tools: dict[str, Measured], own: Measured | None, floor: dict[str, Measured]) -> str:
    lines = [HEAD, "|---|" + "---:|" * 5 + "---|"]
    # The build with ISA-L is compared with its own floor, every other tool with the floor of the default build.
    for tool, measured in sorted(of_tools.items(), key=lambda item: item[1].median("wall")):
        wall, cpu, rss = (measured.median(what) for what in ("wall", "cpu", "rss"))
        limit = floor.get(tool, floor.get("flowcause"))
        ratios = [ratio(measured, own), ratio(measured, limit)]
        name = tool if measured.scale == 1 else f"{tool} (×{measured.scale:g})"
        cells = [name, f"{wall:.2f}", f"{cpu:.1f}", f"{rss:.0f}", *ratios, f"`{measured.checksum()}`"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ratio(measured: Measured, other: Measured | None) -> str:
    return f"{measured.median('wall') / other.median('wall'):.2f}" if other else ""


def machine() -> str:
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [line.split(":", 1)[1] for line in described.read_text().splitlines() if line.startswith("model name")]
        model = names[0].strip() if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}"


def commit() -> str:
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=PACKAGE, capture_output=True, text=True)
    rust = subprocess.run(["rustc", "--version"], cwd=PACKAGE, capture_output=True, text=True)
    builder = " ".join(rust.stdout.split()[:2]) or "built elsewhere"
    return f"flowcause {git.stdout.strip() or 'outside git'} ({builder})"


def around_figures(page: Path) -> tuple[str, str]:
    """Returns the text of a page before and after its figures, which stand between two marks."""
    before, mark, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        sys.exit(f"peers: {page} lacks a line `{BEGIN}` or `{END}`")
    return before, after


def put_into(page: Path, figures: str) -> None:
    before, after = around_figures(page)
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n{END}{after}")
