"""ClickHouse in the process: chDB."""

from collections.abc import Callable

import tools
from job import Job
from tools.sql import Dialect, bucket, reduction

TYPES = {"text": "String", "int32": "Nullable(Int32)", "int64": "Nullable(Int64)"}

# The plain CSV format and the escaping rule 'Escaped' refuse a space as the delimiter. Custom separated values with the
# escaping of CSV accept it.
TEXT_SETTINGS = {
    "format_custom_escaping_rule": "'CSV'",
    "format_custom_field_delimiter": "' '",
    "format_csv_delimiter": "' '",
    "format_csv_null_representation": "'-'",
    "input_format_with_names_use_header": "1",
    # Only the needed fields are declared; the others are skipped.
    "input_format_skip_unknown_fields": "1",
}


def missing() -> str | None:
    return tools.not_installed("chdb")


def version() -> str:
    return f"ClickHouse by {tools.package_version('chDB', 'chdb')} ({tools.package_version('core', 'chdb-core')})"


def run(job: Job) -> list[int]:
    import chdb

    dialect = Dialect(
        source(job), "groupBitOr", bucket("intDiv({}, {})"), name(job), name(job),
        lambda field: f"{name(job)(field)} IN (443, 53)",
    )
    settings = {"max_threads": str(job.threads)} | (TEXT_SETTINGS if job.is_text else {})
    given = ", ".join(f"{setting} = {value}" for setting, value in settings.items())
    # The answer is not CSV, because the settings for text would apply to it too.
    answer = chdb.query(f"{reduction(job, dialect)} SETTINGS {given}", "TabSeparated")
    return [int(value) for value in str(answer).split()]


def name(job: Job) -> Callable[[str], str]:
    """Returns the name of a field in the header of text, which has dashes."""
    return lambda field: f"`{field.replace('_', '-')}`" if job.is_text else f"`{field}`"


def source(job: Job) -> str:
    fields = ", ".join(f"{name(job)(field)} {TYPES[job.fields[field]]}" for field in job.needed)
    if job.is_text:
        return f"file('{job.folder}/*.gz', 'CustomSeparatedWithNames', '{fields}', 'gzip')"
    return f"file('{job.folder}/*.parquet', 'Parquet', '{fields}')"
