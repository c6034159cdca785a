"""Runs flowcause's reduction and its peers' on one corpus and prints a table; started by `run`, beside it.

Measured: the flows table of the aggregate (docs/architecture.md) over ports 443 and 53, from gzip text and Parquet in
the page cache, the same number of threads for everyone, in interleaved rounds. Wall time is what each tool measures
itself, from before the first file is opened to the check line, so that no interpreter's start counts; user+sys and
peak memory are the whole process's. Everyone must print the same check line: groups, then the sums of packets, bytes,
records, first start, last end and or-ed flags; otherwise the run fails.
"""

import argparse
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FORMATS = ["text_v5", "text_v2", "parquet_v5"]
HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent

# Types as narrow as the field allows; addresses stay text, DuckDB's core has no address type.
V2 = {
    "version": "INTEGER", "account_id": "VARCHAR", "interface_id": "VARCHAR", "srcaddr": "VARCHAR",
    "dstaddr": "VARCHAR", "srcport": "INTEGER", "dstport": "INTEGER", "protocol": "INTEGER", "packets": "BIGINT",
    "bytes": "BIGINT", "start": "BIGINT", "end": "BIGINT", "action": "VARCHAR", "log_status": "VARCHAR",
}
V5 = V2 | {
    "vpc_id": "VARCHAR", "subnet_id": "VARCHAR", "instance_id": "VARCHAR", "tcp_flags": "INTEGER", "type": "VARCHAR",
    "pkt_srcaddr": "VARCHAR", "pkt_dstaddr": "VARCHAR", "region": "VARCHAR", "az_id": "VARCHAR",
    "sublocation_type": "VARCHAR", "sublocation_id": "VARCHAR", "pkt_src_aws_service": "VARCHAR",
    "pkt_dst_aws_service": "VARCHAR", "flow_direction": "VARCHAR", "traffic_path": "INTEGER",
}
KEY_V2 = ["interface_id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "action"]
KEY_V5 = KEY_V2 + ["flow_direction", "pkt_srcaddr", "pkt_dstaddr"]


# --- DuckDB ----------------------------------------------------------------------------------------------------------


def duckdb_source(folder: Path, form: str) -> str:
    if form == "parquet_v5":
        return f"read_parquet('{folder}/*.parquet')"
    fields = ", ".join(f"'{name}': '{kind}'" for name, kind in (V2 if form == "text_v2" else V5).items())
    return (
        f"read_csv('{folder}/*.gz', columns = {{{fields}}}, delim = ' ', header = true, nullstr = '-', "
        "quote = '', escape = '', auto_detect = false, compression = 'gzip', parallel = true)"
    )


def duckdb_reduction(folder: Path, form: str) -> str:
    key = KEY_V2 if form == "text_v2" else KEY_V5
    flags = "0" if form == "text_v2" else "bit_or(tcp_flags)"
    return f"""
        SELECT count(*), sum(packets), sum(bytes), sum(records), sum(first_start), sum(last_end), sum(flags)
        FROM (
            SELECT {", ".join(key)}, "start" // 600 * 600 AS bucket, count(*) AS records, sum(packets) AS packets,
                   sum(bytes) AS bytes, {flags} AS flags, min("start") AS first_start, max("end") AS last_end
            FROM {duckdb_source(folder, form)}
            WHERE (srcport IN (443, 53) OR dstport IN (443, 53)) AND log_status = 'OK'
            GROUP BY ALL
        )"""


def duckdb_run(folder: Path, form: str, threads: int) -> None:
    import duckdb

    clock = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    sums = connection.execute(duckdb_reduction(folder, form)).fetchone()
    print("check", *(int(value) for value in sums))
    print(f"seconds {time.perf_counter() - clock:.3f}")


# --- One measured process --------------------------------------------------------------------------------------------


def measured(command: list[str]) -> dict:
    """Runs a command; its check line and seconds, and what the kernel says of it."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"peers: {' '.join(command)} failed with {process.returncode}\n{text}")
    said = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
    return {
        "check": said["check"],
        "wall": float(said["seconds"]),
        "cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss / 1024,
    }


def command_of(tool: str, folder: Path, form: str, options: argparse.Namespace) -> list[str]:
    threads = str(options.threads)
    if tool == "flowcause":
        return [options.reduce_program, "--threads", threads, str(folder)]
    return [sys.executable, __file__, "--one", tool, form, str(folder), "--threads", threads]


# --- The corpus and flowcause ----------------------------------------------------------------------------------------


def bench_program(name: str) -> str:
    """Builds a bench target in release and names its program."""
    build = ["cargo", "bench", "--bench", name, "--no-run", "--message-format", "json"]
    messages = subprocess.run(build, cwd=PACKAGE, stdout=subprocess.PIPE, check=True).stdout
    for message in map(json.loads, messages.splitlines()):
        if message.get("executable") and message["target"]["name"] == name:
            return message["executable"]
    sys.exit(f"peers: cargo names no program for the bench {name}")


def model() -> str:
    """A name for the generator's present model, so that an older corpus is not taken for it."""
    sources = sorted((PACKAGE / "benches/corpus/generate").glob("*.rs"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def corpus(options: argparse.Namespace) -> tuple[Path, dict]:
    """The folder of the corpus, made unless a finished one of the same size is there, and its known sums."""
    folder = Path(options.work) / f"corpus-{options.records}-{model()}"
    told = folder / "corpus.json"
    if not told.exists():
        program = options.corpus_program or bench_program("corpus")
        subprocess.run(
            [program, "--records", str(options.records), "--threads", str(options.threads), "--out", str(folder)],
            check=True,
        )
    return folder, json.loads(told.read_text())


def into_page_cache(folder: Path) -> int:
    """Reads every file once; the number of bytes."""
    return sum(len(path.read_bytes()) for path in sorted(folder.iterdir()))


# --- Rounds and table ------------------------------------------------------------------------------------------------


def check(results: dict, form: str, known: dict) -> None:
    """Everyone agrees, and agrees with what the generator wrote."""
    lines = {tool: {run["check"] for run in runs} for (tool, of), runs in results.items() if of == form}
    if len(set().union(*lines.values())) != 1:
        sys.exit(f"peers: {form}: the check lines differ: {lines}")
    [line] = set().union(*lines.values())
    _, packets, volume, records, *_ = line.split()
    if [int(records), int(packets), int(volume)] != [known["matching"], known["packets"], known["bytes"]]:
        sys.exit(f"peers: {form}: the check line is not what the generator wrote: {lines} {known}")


def rounds(options: argparse.Namespace, folder: Path, known: dict) -> dict:
    results: dict = {}
    for turn in range(options.rounds):
        order = options.tools if turn % 2 == 0 else options.tools[::-1]
        for form in options.formats:
            into_page_cache(folder / form)
            for tool in order:
                run = measured(command_of(tool, folder / form, form, options))
                results.setdefault((tool, form), []).append(run)
                print(f"round {turn + 1} {form} {tool}: {run['wall']:.2f} s", file=sys.stderr)
            check(results, form, known)
    return results


def median(results: dict, tool: str, form: str, what: str) -> float:
    return statistics.median(run[what] for run in results[tool, form])


def table(results: dict, options: argparse.Namespace) -> str:
    lines = ["| input | tool | wall s | user+sys s | peak MiB | wall, DuckDB / flowcause |", "|---|---|---|---|---|---|"]
    for form in options.formats:
        for tool in options.tools:
            ratio = ""
            if tool == "flowcause" and "duckdb" in options.tools:
                ratio = f"{median(results, 'duckdb', form, 'wall') / median(results, tool, form, 'wall'):.2f}"
            wall, cpu, rss = (median(results, tool, form, what) for what in ("wall", "cpu", "rss"))
            lines.append(f"| {form} | {tool} | {wall:.2f} | {cpu:.2f} | {rss:.0f} | {ratio} |")
    return "\n".join(lines)


def machine() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].split(":", 1)[1].strip() if models else platform.machine()
    return f"{os.cpu_count()} cores, {model}"


def versions(options: argparse.Namespace) -> str:
    import duckdb

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=PACKAGE, capture_output=True, text=True)
    return f"DuckDB {duckdb.__version__}, flowcause {commit.stdout.strip() or 'outside git'}, {options.threads} threads"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=str(HERE / ".work"), help="virtualenv and corpus (default: %(default)s)")
    parser.add_argument("--records", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--formats", nargs="+", default=FORMATS, choices=FORMATS)
    parser.add_argument("--tools", nargs="+", default=["flowcause", "duckdb"], choices=["flowcause", "duckdb"])
    parser.add_argument("--corpus-program", help="a built corpus program, instead of building it")
    parser.add_argument("--reduce-program", help="a built reduce program, instead of building it")
    parser.add_argument("--one", nargs=3, metavar=("TOOL", "FORMAT", "DIR"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _, form, folder = options.one
        return duckdb_run(Path(folder), form, options.threads)
    folder, known = corpus(options)
    if "flowcause" in options.tools:
        options.reduce_program = options.reduce_program or bench_program("reduce")
    results = rounds(options, folder, known)
    sizes = ", ".join(f"{form} {into_page_cache(folder / form) / 1e6:.0f} MB" for form in options.formats)
    groups = results[options.tools[0], options.formats[0]][0]["check"].split()[0]
    print(f"{machine()}; {versions(options)}\n")
    print(f"{known['records']} records ({known['matching']} match, {groups} groups) in {known['files']} files: {sizes}")
    print(f"Medians of {options.rounds} interleaved rounds, files in the page cache; all check lines equal.\n")
    print(table(results, options))


if __name__ == "__main__":
    main()
