"""`zcat FILES | awk`, the same program for mawk and gawk. The two processes use two cores if the machine has them."""

import os
import subprocess

from job import BUCKET, PORTS, Job

# mawk has no or(), and gawk's is slow, so a table of 64 times 64 combines flags. Numbers are doubles: sums are exact up to
# 2^53, and are printed by %.0f, because mawk's %d ends at 2^31.
BEGIN = """
BEGIN {
    for (a = 0; a < 64; a++) for (b = 0; b < 64; b++) {
        both = 0
        for (bit = 1; bit < 64; bit *= 2) if (int(a / bit) % 2 || int(b / bit) % 2) both += bit
        ored[a * 64 + b] = both
    }
    count = split(interfaces, list, ",")
    for (place = 1; place <= count; place++) wanted[list[place]] = 1
}
"""
END = """
END {
    for (key in records) {
        groups++; sum_packets += packets[key]; sum_bytes += bytes[key]; sum_records += records[key]
        sum_first += first[key]; sum_last += last[key]; sum_flags += flags[key]
    }
    form = "%.0f %.0f %.0f %.0f %.0f %.0f %.0f\\n"
    printf form, groups, sum_packets, sum_bytes, sum_records, sum_first, sum_last, sum_flags
}
"""


def run(job: Job, command: list[str]) -> list[int]:
    # The locale C makes awk read bytes, because gawk is several times slower in a UTF-8 locale.
    environment = os.environ | {"LC_ALL": "C"}
    unzip = subprocess.Popen(["zcat", *map(str, job.files())], stdout=subprocess.PIPE)
    words = [*command, "-v", "interfaces=" + ",".join(job.interfaces), program(job)]
    sums = subprocess.run(words, stdin=unzip.stdout, capture_output=True, text=True, check=True, env=environment)
    if unzip.wait() != 0:
        raise ChildProcessError("zcat failed")
    return [int(value) for value in sums.stdout.split()]


def program(job: Job) -> str:
    place = {field: f"${number + 1}" for number, field in enumerate(job.fields)}
    return BEGIN + rule(job, place) + END


def rule(job: Job, place: dict[str, str]) -> str:
    source, target, start = place["srcport"], place["dstport"], place["start"]
    is_service = {port: "(" + " || ".join(f"{port} == {number}" for number in PORTS) + ")" for port in (source, target)}
    # The header line of each file is skipped here, because its column of the log status does not hold OK.
    condition = f'({is_service[source]} || {is_service[target]}) && {place["log_status"]} == "OK"'
    if job.interfaces:
        condition += f" && {place['interface_id']} in wanted"
    if job.window:
        condition += f" && {start} < {job.window[1]} && {place['end']} >= {job.window[0]}"
    if job.reduction == "summary":
        last = f"({is_service[target]} ? {target} : {source})"
    else:
        last = f"int({start} / {BUCKET})"
    key = ' " " '.join([place[field] for field in job.key] + [last])
    flags = f"flags[key] = ored[flags[key] * 64 + {place['tcp_flags']}]" if job.has_flags else ""
    return f"""
{condition} {{
    key = {key}
    if (!(key in records)) {{ first[key] = {start}; last[key] = {place['end']} }}
    else {{
        if ({start} < first[key]) first[key] = {start}
        if ({place['end']} > last[key]) last[key] = {place['end']}
    }}
    records[key]++; packets[key] += {place['packets']}; bytes[key] += {place['bytes']}; {flags}
}}
"""
