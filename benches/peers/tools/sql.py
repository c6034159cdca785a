"""The reductions as SQL. A `Dialect` holds the differences between the engines."""

from collections.abc import Callable
from dataclasses import dataclass

from job import BUCKET, PORTS, Job


@dataclass(frozen=True)
class Dialect:
    source: str
    bit_or: str
    # Integer division of an expression by the bucket, times the bucket.
    bucket: Callable[[str], str]
    # A field as text, as a number, and whether a port field is one of PORTS.
    text: Callable[[str], str]
    number: Callable[[str], str]
    is_service: Callable[[str], str]


def quoted(field: str) -> str:
    """Quotes a field, because `end` and `start` are keywords of SQL."""
    return f'"{field}"'


def in_ports(field: str) -> str:
    return f"{quoted(field)} IN {PORTS}"


def reduction(job: Job, dialect: Dialect) -> str:
    flags = f"{dialect.bit_or}({dialect.number('tcp_flags')})" if job.has_flags else "0"
    key = keys(job, dialect)
    positions = ", ".join(str(place + 1) for place in range(len(key)))
    # The sums have new names, because some engines read `sum(packets) AS packets` as a sum of sums.
    return f"""
        SELECT count(*), sum(of_packets), sum(of_bytes), sum(of_records), sum(of_start), sum(of_end), sum(of_flags)
        FROM (
            SELECT {", ".join(key)},
                   sum({dialect.number("packets")}) AS of_packets, sum({dialect.number("bytes")}) AS of_bytes,
                   count(*) AS of_records, min({dialect.number("start")}) AS of_start,
                   max({dialect.number("end")}) AS of_end, {flags} AS of_flags
            FROM {dialect.source}
            WHERE {" AND ".join(conditions(job, dialect))}
            GROUP BY {positions}
        ) AS of_groups"""


def keys(job: Job, dialect: Dialect) -> list[str]:
    numbers = [field for field in job.key if job.fields[field] != "text"]
    key = [dialect.number(field) if field in numbers else dialect.text(field) for field in job.key]
    if job.reduction == "summary":
        ports = dialect.number("dstport"), dialect.number("srcport")
        last = f"CASE WHEN {dialect.is_service('dstport')} THEN {ports[0]} ELSE {ports[1]} END"
    else:
        last = dialect.bucket(dialect.number("start"))
    named = [f"{expression} AS key_{place}" for place, expression in enumerate(key + [last])]
    return named


def conditions(job: Job, dialect: Dialect) -> list[str]:
    service = f"({dialect.is_service('srcport')} OR {dialect.is_service('dstport')})"
    found = [service, f"{dialect.text('log_status')} = 'OK'"]
    if job.interfaces:
        ids = ", ".join(f"'{interface}'" for interface in job.interfaces)
        found.append(f"{dialect.text('interface_id')} IN ({ids})")
    if job.window:
        found.append(f"{dialect.number('start')} < {job.window[1]} AND {dialect.number('end')} >= {job.window[0]}")
    return found


def bucket(divide: str) -> Callable[[str], str]:
    """Returns the expression of a bucket. `divide` is the integer division of an engine, with places for both numbers."""
    return lambda start: f"{divide.format(start, BUCKET)} * {BUCKET}"
