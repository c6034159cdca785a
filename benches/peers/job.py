"""The jobs: which reduction each tool computes, and from which files. Every tool reads this one definition."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

TEXT = ["text_v5", "text_v2"]
PARQUET = ["parquet_v5"]
FORMATS = TEXT + PARQUET

# Narrow types: wide enough for every value of a record, and the same as in Parquet files written by AWS.
V2 = {
    "version": "int32", "account_id": "text", "interface_id": "text", "srcaddr": "text", "dstaddr": "text",
    "srcport": "int32", "dstport": "int32", "protocol": "int32", "packets": "int64", "bytes": "int64",
    "start": "int64", "end": "int64", "action": "text", "log_status": "text",
}
V5 = V2 | {
    "vpc_id": "text", "subnet_id": "text", "instance_id": "text", "tcp_flags": "int32", "type": "text",
    "pkt_srcaddr": "text", "pkt_dstaddr": "text", "region": "text", "az_id": "text", "sublocation_type": "text",
    "sublocation_id": "text", "pkt_src_aws_service": "text", "pkt_dst_aws_service": "text", "flow_direction": "text",
    "traffic_path": "int32",
}
PORTS = (443, 53)
BUCKET = 600
KEY = ["interface_id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "action"]
KEY_V5 = ["flow_direction", "pkt_srcaddr", "pkt_dstaddr"]

REDUCTIONS = {
    "summary": "Ports 443 and 53 by interface, addresses, service port, protocol and action",
    "aggregate": "Ports 443 and 53 by the full key of the aggregate and ten minutes",
    "scoped": "The same as `aggregate`, for some interfaces",
    "floor": "Decompression or decoding only",
}


@dataclass(frozen=True)
class Job:
    """One reduction of one folder. The check line is groups, then sums over them of packets, bytes, records, first
    start, last end and or-ed TCP flags (0 where the format has none)."""

    reduction: str
    form: str
    folder: str
    threads: int
    # `scoped` counts the records of these interfaces that overlap the window, which excludes its last second.
    interfaces: tuple[str, ...] = ()
    window: tuple[int, int] | None = None

    @property
    def is_text(self) -> bool:
        return self.form in TEXT

    @property
    def has_flags(self) -> bool:
        return "tcp_flags" in self.fields

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the files, in the order of the files."""
        return V2 if self.form == "text_v2" else V5

    @property
    def key(self) -> list[str]:
        """The fields of the key. `summary` adds `service_port` to them; the other reductions add the bucket."""
        if self.reduction == "summary":
            return ["interface_id", "srcaddr", "dstaddr", "protocol", "action"]
        return KEY + (KEY_V5 if self.form != "text_v2" else [])

    @property
    def needed(self) -> list[str]:
        """The fields that a tool must read, in the order of the files."""
        values = ["srcport", "dstport", "packets", "bytes", "start", "end", "log_status", "tcp_flags"]
        return [field for field in self.fields if field in self.key + values]

    def files(self) -> list[Path]:
        return sorted(Path(self.folder).iterdir())

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Job":
        fields = json.loads(text)
        window = tuple(fields["window"]) if fields["window"] else None
        return Job(**fields | {"interfaces": tuple(fields["interfaces"]), "window": window})
