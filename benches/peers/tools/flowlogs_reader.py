"""flowlogs-reader, the usual Python package for flow logs."""

from calendar import timegm
from datetime import datetime
from pathlib import Path

import tools
from job import BUCKET, PORTS, TEXT, Job

# Its Parquet reader is pure Python and takes an hour for a file of this size.
FORMATS = TEXT
# It uses one thread, so one file is enough to estimate the rest.
SAMPLE = 1
ROUNDS = 1


def missing() -> str | None:
    return tools.not_installed("flowlogs_reader")


def version() -> str:
    return tools.package_version("flowlogs-reader", "flowlogs-reader")


class LocalFolder:
    """The calls of boto3's S3 client that the reader makes, answered from a folder, because it cannot read local files."""

    ROOT = "AWSLogs/123456789012/"
    REGION = ROOT + "vpcflowlogs/us-east-1/"

    def __init__(self, files: list[Path]):
        self.files = {path.name: path for path in files}

    def list_objects_v2(self, Bucket: str, Delimiter: str, Prefix: str) -> dict:  # noqa: N803
        return {"CommonPrefixes": [{"Prefix": self.ROOT if Prefix == "AWSLogs/" else self.REGION}]}

    def get_paginator(self, _name: str) -> "LocalFolder":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict]:  # noqa: N803
        return [{"Contents": [{"Key": Prefix + name} for name in self.files if day(name) in Prefix]}]

    def get_object(self, Bucket: str, Key: str) -> dict:  # noqa: N803
        path = self.files[Key.rsplit("/", 1)[1]]
        return {"Body": path.open("rb"), "ContentLength": path.stat().st_size}


def day(name: str) -> str:
    return datetime.strptime(name.rsplit("_", 2)[1], "%Y%m%dT%H%MZ").strftime("%Y/%m/%d/")


def run(job: Job) -> list[int]:
    from flowlogs_reader import S3FlowLogsReader

    # It lists only the days from start_time to end_time.
    reader = S3FlowLogsReader(
        "bucket", boto_client=LocalFolder(job.files()), start_time=datetime(2026, 1, 1), end_time=datetime(2026, 1, 2),
        raise_on_error=True,
    )
    # Its own aggregated_records neither counts records nor keeps flags.
    groups: dict[tuple, list[int]] = {}
    for record in reader:
        if is_wanted(job, record):
            add(groups, key(job, record), record)
    columns = zip(*groups.values(), strict=True)
    return [len(groups)] + [sum(column) for column in columns]


def is_wanted(job: Job, record) -> bool:
    if record.log_status != "OK" or (record.srcport not in PORTS and record.dstport not in PORTS):
        return False
    if job.interfaces and record.interface_id not in job.interfaces:
        return False
    return not job.window or (seconds(record.start) < job.window[1] and seconds(record.end) >= job.window[0])


def key(job: Job, record) -> tuple:
    found = tuple(getattr(record, field) for field in job.key)
    if job.reduction == "summary":
        return found + (record.dstport if record.dstport in PORTS else record.srcport,)
    return found + (seconds(record.start) // BUCKET,)


def add(groups: dict, key: tuple, record) -> None:
    start, end = seconds(record.start), seconds(record.end)
    flags = record.tcp_flags or 0
    sums = groups.get(key)
    if sums is None:
        groups[key] = [record.packets, record.bytes, 1, start, end, flags]
        return
    sums[0] += record.packets
    sums[1] += record.bytes
    sums[2] += 1
    sums[3] = min(sums[3], start)
    sums[4] = max(sums[4], end)
    sums[5] |= flags


def seconds(moment: datetime) -> int:
    return timegm(moment.utctimetuple())
