"""Explains samples and hostile input with every export, and reads each export with an independent program; started by `run`.

A check is a function of one explained input. It raises an error if a reader refuses a file, or if the reader finds other
values than those of the JSON report. The script prints a line for each check, and exits 1 if one of them failed.
"""

import json
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

import hostile
import markup
import messages
import tables

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "sample-data"
EXPORTS = [
    "json", "ndjson", "csv", "markdown", "junit", "ocsf", "prometheus", "slack",
    "evidence-csv", "evidence-ndjson", "evidence-parquet",
]
CHECKS = {
    "csv": tables.check_csv,
    "csv-cells": tables.check_cells,
    "ndjson": tables.check_ndjson,
    "parquet": tables.check_parquet,
    "junit": markup.check_junit,
    "markdown": markup.check_markdown,
    "ocsf": messages.check_ocsf,
    "prometheus": messages.check_prometheus,
    "slack": messages.check_slack,
}


@dataclass
class Explained:
    """An input with all its exports. The other exports are compared with the JSON report."""

    name: str
    # The hostile text in it; `None` for a sample.
    evil: str | None
    report: dict
    folder: Path

    def path(self, export: str) -> Path:
        return self.folder / export

    def text(self, export: str) -> str:
        # Not `read_text`, because it replaces every kind of line end by `\n`.
        return self.path(export).read_bytes().decode("utf-8")

    def evidence(self) -> list[dict]:
        """The rows that every table of evidence must have."""
        return [
            {
                "task_number": number,
                "task": task["task_id"] or task["interface_id"],
                "cause": task["verdict"]["cause"],
                "confidence": task["verdict"]["confidence"],
                "statement_number": statement_number,
                "statement": evidence["statement"],
                **{name: row[name] for name in ("file", "line", "record")},
            }
            for number, task in enumerate(self.report["tasks"], 1)
            for statement_number, evidence in enumerate(task["verdict"]["evidence"], 1)
            for row in evidence["rows"]
        ]


def explain(binary: str, name: str, source: Path, folder: Path, evil: str | None = None) -> Explained:
    folder.mkdir()
    exports = [f"--export={export}={folder / export}" for export in EXPORTS]
    # The report shows paths as they were typed, so the paths here are relative.
    command = [binary, "explain", "logs", "--metadata", "metadata", "--output", str(folder / "terminal"), *exports]
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"{name}: exit {ran.returncode}: {ran.stderr}")
    return Explained(name, evil, json.loads((folder / "json").read_bytes()), folder)


def inputs(binary: str, work: Path) -> list[Explained]:
    samples = sorted(path.parent for path in SAMPLES.glob("*/logs"))
    explained = [explain(binary, sample.name, sample, work / sample.name) for sample in samples]
    for number, evil in enumerate(hostile.TEXTS, 1):
        name = f"hostile-{number}"
        source = hostile.spoil(SAMPLES / "ecs-fields-v7", evil, work / f"{name}-source")
        explained.append(explain(binary, name, source, work / name, evil))
    return explained


def main() -> int:
    binary, names = str(Path(sys.argv[1]).resolve()), sys.argv[2:] or list(CHECKS)
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        explained = inputs(binary, Path(work))
        n_tasks = sum(len(one.report["tasks"]) for one in explained)
        n_evidence = sum(len(one.evidence()) for one in explained)
        print(f"{len(explained)} inputs, {n_tasks} tasks, {n_evidence} records of evidence")
        assert n_tasks > len(explained) and n_evidence > 100, "too little to judge by"
        for name in names:
            wrong = []
            for one in explained:
                try:
                    CHECKS[name](one)
                except Exception as error:
                    place = traceback.extract_tb(error.__traceback__)[-1]
                    wrong.append(f"  {one.name}: {type(error).__name__} in {place.name}:{place.lineno}: {error}")
            print(f"{name}: {'FAILED' if wrong else 'ok'}", *(line[:2000] for line in wrong), sep="\n")
            failed += bool(wrong)
    print(f"formats: {len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
