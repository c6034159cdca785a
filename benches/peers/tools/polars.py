"""The streaming engine of Polars, from Python."""

from collections.abc import Callable

import tools
from job import BUCKET, PORTS, Job

# Polars reads it once, when the package is loaded.
THREADS_VARIABLE = "POLARS_MAX_THREADS"


def missing() -> str | None:
    return tools.not_installed("polars")


def version() -> str:
    return tools.package_version("Polars", "polars")


def run(job: Job) -> list[int]:
    import polars

    field = names(job)
    flags = polars.col(field("tcp_flags")).bitwise_or() if job.has_flags else polars.lit(0)
    groups = (
        source(job)
        .filter(condition(job))
        .group_by(key(job))
        .agg(
            polars.col(field("packets")).sum().alias("of_packets"),
            polars.col(field("bytes")).sum().alias("of_bytes"),
            polars.len().alias("of_records"),
            polars.col(field("start")).min().alias("of_start"),
            polars.col(field("end")).max().alias("of_end"),
            flags.alias("of_flags"),
        )
    )
    sums = [polars.len().cast(polars.Int64).alias("groups")]
    for column in ["of_packets", "of_bytes", "of_records", "of_start", "of_end", "of_flags"]:
        sums.append(polars.col(column).cast(polars.Int64).sum())
    # Without the name of the engine, Polars decodes the whole corpus before it groups anything.
    return list(groups.select(sums).collect(engine="streaming").row(0))


def names(job: Job) -> Callable[[str], str]:
    """The schema of text must use the names of the header, which contain dashes."""
    return lambda field: field.replace("_", "-") if job.is_text else field


def source(job: Job):
    import polars

    if not job.is_text:
        return polars.scan_parquet(f"{job.folder}/*.parquet")
    types = {"text": polars.String, "int32": polars.Int32, "int64": polars.Int64}
    schema = {names(job)(field): types[kind] for field, kind in job.fields.items()}
    # Each file is inflated by one thread. Polars reads several files at once without an option for it.
    return polars.scan_csv(
        f"{job.folder}/*.gz", separator=" ", schema=schema, null_values="-", quote_char=None, has_header=True,
    )


def condition(job: Job):
    import polars

    field = names(job)
    is_service = [polars.col(field(port)).is_in(PORTS) for port in ("srcport", "dstport")]
    # A null port matches nothing: `or` with it gives null, which the filter drops too.
    found = (is_service[0] | is_service[1]) & (polars.col(field("log_status")) == "OK")
    if job.interfaces:
        found &= polars.col(field("interface_id")).is_in(job.interfaces)
    if job.window:
        found &= (polars.col(field("start")) < job.window[1]) & (polars.col(field("end")) >= job.window[0])
    return found


def key(job: Job) -> list:
    import polars

    field = names(job)
    found = [polars.col(field(of_key)) for of_key in job.key]
    if job.reduction == "summary":
        target, source_port = polars.col(field("dstport")), polars.col(field("srcport"))
        return found + [polars.when(target.is_in(PORTS)).then(target).otherwise(source_port).alias("service_port")]
    return found + [(polars.col(field("start")) // BUCKET * BUCKET).alias("bucket")]
