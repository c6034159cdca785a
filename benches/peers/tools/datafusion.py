"""Apache DataFusion, from Python."""

import tools
from job import PORTS, Job
from tools.sql import Dialect, bucket, in_ports, quoted, reduction

TYPES = {"int32": "INT", "int64": "BIGINT"}


def missing() -> str | None:
    return tools.not_installed("datafusion") or tools.not_installed("pyarrow")


def version() -> str:
    return tools.package_version("DataFusion", "datafusion")


def run(job: Job) -> list[int]:
    from datafusion import SessionConfig, SessionContext

    context = SessionContext(SessionConfig().with_target_partitions(job.threads))
    register(context, job)
    rows = context.sql(reduction(job, dialect(job))).to_pydict()
    return [int(column[0]) for column in rows.values()]


def register(context, job: Job) -> None:
    if not job.is_text:
        context.register_parquet("logs", job.folder)
        return
    import pyarrow

    # DataFusion ignores its null_regex when it parses integers ('-' is an error), so every field is read as text and
    # converted after the filter. This makes it faster, because most numbers are never parsed.
    schema = pyarrow.schema([(field, pyarrow.string()) for field in job.fields])
    context.register_csv(
        "logs", job.folder, schema=schema, has_header=True, delimiter=" ", file_extension=".gz",
        file_compression_type="gzip",
    )


def dialect(job: Job) -> Dialect:
    if not job.is_text:
        return Dialect("logs", "bit_or", bucket("{} / {}"), quoted, quoted, in_ports)
    ports = tuple(str(port) for port in PORTS)
    return Dialect(
        "logs",
        "bit_or",
        bucket("{} / {}"),
        quoted,
        lambda field: f"CAST({quoted(field)} AS {TYPES[job.fields[field]]})",
        lambda field: f"{quoted(field)} IN {ports}",
    )
