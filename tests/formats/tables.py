"""Checks CSV, NDJSON and Parquet with DuckDB and Python's csv module."""

import csv
import io
import json

import duckdb

TASK_FIELDS = ["task_id", "task_arn", "service_name", "interface_id", "address", "subnet_id", "created_at",
               "stopped_at", "stopped_reason"]
EVIDENCE_COLUMNS = {
    "task_number": "BIGINT", "task": "VARCHAR", "cause": "VARCHAR", "confidence": "VARCHAR", "statement_number": "BIGINT",
    "statement": "VARCHAR", "file": "VARCHAR", "line": "BIGINT", "record": "VARCHAR",
}


def read_csv(path):
    """Reads every cell as text, in strict mode: DuckDB guesses no types, and a row with too many cells is an error."""
    options = "header=true, all_varchar=true, delim=',', quote='\"', escape='\"', strict_mode=true, null_padding=false"
    return duckdb.sql(f"FROM read_csv('{path}', {options})")


def rows(relation):
    return [dict(zip(relation.columns, row)) for row in relation.fetchall()]


def check_csv(one):
    """DuckDB finds every task and every record, and joins records with their tasks."""
    tasks, evidence = one.report["tasks"], one.evidence()
    read = rows(read_csv(one.path("csv")))
    assert len(read) == len(tasks), f"{len(read)} rows for {len(tasks)} tasks"
    assert [row["task_number"] for row in read] == [str(number) for number in range(1, len(tasks) + 1)]
    for row, task in zip(read, tasks):
        assert (row["cause"], row["confidence"]) == (task["verdict"]["cause"], task["verdict"]["confidence"])
        for name in TASK_FIELDS if one.evil is None else []:
            assert row[name] == task[name], f"{name}: {row[name]!r} for {task[name]!r}"
    relation = read_csv(one.path("evidence-csv"))
    assert relation.columns == list(EVIDENCE_COLUMNS)
    assert len(relation) == len(evidence)
    if one.evil is None:
        assert rows(relation) == [{name: str(value) for name, value in row.items()} for row in evidence]
    # As users write the query: DuckDB infers the types.
    joined = duckdb.sql(
        f"SELECT count(*) FROM read_csv('{one.path('csv')}', quote='\"') AS tasks"
        f" JOIN read_csv('{one.path('evidence-csv')}', quote='\"') AS evidence USING (task_number)"
    )
    assert joined.fetchall() == [(len(evidence),)], "evidence without its task"


def check_cells(one):
    """No cell is a formula, contains a line end or moves a cursor; lines end with CRLF as RFC 4180 requires."""
    for export in ("csv", "evidence-csv"):
        text = one.text(export)
        assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), export
        read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in read}) == 1, f"{export}: rows of different lengths"
        assert len(read) == text.count("\r\n"), f"{export}: a cell of several lines"
        for cell in (cell for row in read for cell in row):
            assert not cell.lstrip().startswith(tuple("=+-@\t\r＝＋－＠")), f"{export}: a formula: {cell!r}"
            assert cell.isprintable(), f"{export}: {cell!r}"
        if one.evil is not None and one.evil.isprintable():
            cells = {cell.removeprefix("'") for row in read for cell in row}
            name = one.evil if export == "csv" else "logs/" + one.evil.replace("/", "\u2215")
            assert any(cell.startswith(name) for cell in cells), f"{export}: the text itself is gone"


def check_ndjson(one):
    """Each line is one value, by every definition of a line end, and DuckDB reads the same number of values."""
    for export, want in (("ndjson", one.report["tasks"]), ("evidence-ndjson", one.evidence())):
        text = one.text(export)
        assert [json.loads(line) for line in text.splitlines()] == want, export
        assert text.replace("\n", "").isprintable(), export
        if want:
            read = duckdb.sql(f"FROM read_json('{one.path(export)}', format='newline_delimited')")
            assert len(read) == len(want), export
    if one.evidence():
        read = duckdb.sql(f"FROM read_json('{one.path('evidence-ndjson')}', format='newline_delimited')")
        assert "\0" in (one.evil or "") or rows(read) == one.evidence()


def check_parquet(one):
    """DuckDB reads every text unchanged, and joins it with the CSV of tasks."""
    read = duckdb.sql(f"FROM read_parquet('{one.path('evidence-parquet')}')")
    assert dict(zip(read.columns, map(str, read.types))) == EVIDENCE_COLUMNS
    assert rows(read) == one.evidence()
    joined = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{one.path('evidence-parquet')}') AS evidence"
        f" JOIN read_csv('{one.path('csv')}', quote='\"') AS tasks USING (task_number, cause, confidence)"
    )
    assert joined.fetchall() == [(len(one.evidence()),)], "evidence without its task"
