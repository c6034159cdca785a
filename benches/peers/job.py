"""What is computed, from what: said once, understood by every tool."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

TEXT = ["text_v5", "text_v2"]
PARQUET = ["parquet_v5"]
FORMATS = TEXT + PARQUET

# Narrow types: what a record can hold, and what AWS's own Parquet files have.
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
    "scoped": "As `aggregate`",
    "floor": "The files unwrapped, and nothing else",
}


@dataclass(frozen=True)
class Job:
    """One reduction of one folder. The check line is groups, then sums over them of packets, bytes, records, first
    start, last end and or-ed TCP flags (0 where the format has none)."""

    reduction: str
    form: str
    folder: str
    threads: int
    # `scoped`: whose records count, and when: a record counts if it touches the time from the first second of the
    # window to the one before the last.
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
        """The fields of the files in their order."""
        return V2 if self.form == "text_v2" else V5

    @property
    def key(self) -> list[str]:
        """The fields of the full key; `summary` has `service_port` in place of both ports, the others a bucket more."""
        if self.reduction == "summary":
            return ["interface_id", "srcaddr", "dstaddr", "protocol", "action"]
        return KEY + (KEY_V5 if self.form != "text_v2" else [])

    @property
    def needed(self) -> list[str]:
        """The fields that are read at all, in the files' order."""
        values = ["srcport", "dstport", "packets", "bytes", "start", "end", "log_status", "tcp_flags"]
        return [field for field in self.fields if field in self.key + values]

    def files(self) -> list[Path]:
        return sorted(Path(self.folder).iterdir())

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Job":
        told = json.loads(text)
        window = tuple(told["window"]) if told["window"] else None
        return Job(**told | {"interfaces": tuple(told["interfaces"]), "window": window})
