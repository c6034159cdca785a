"""DuckDB, from Python."""

import tools
from job import Job
from tools.sql import Dialect, bucket, in_ports, quoted, reduction

TYPES = {"text": "VARCHAR", "int32": "INTEGER", "int64": "BIGINT"}


def missing() -> str | None:
    return tools.not_installed("duckdb")


def version() -> str:
    return tools.package_version("DuckDB", "duckdb")


def run(job: Job) -> list[int]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {job.threads}")
    # Otherwise DuckDB keeps the order of the files, which costs time and is not needed here.
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    dialect = Dialect(source(job), "bit_or", bucket("{} // {}"), quoted, quoted, in_ports)
    return list(connection.execute(reduction(job, dialect)).fetchone())


def source(job: Job) -> str:
    if not job.is_text:
        return f"read_parquet('{job.folder}/*.parquet')"
    # All fields are named by position, because the sniffer would read the first file twice.
    fields = ", ".join(f"'{field}': '{TYPES[kind]}'" for field, kind in job.fields.items())
    return (
        f"read_csv('{job.folder}/*.gz', columns = {{{fields}}}, delim = ' ', header = true, nullstr = '-', "
        "quote = '', escape = '', auto_detect = false, compression = 'gzip', parallel = true)"
    )
