"""Measures one process: that of a peer, or flowcause."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import tools
from job import Job

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Run:
    """The figures of one process. The tool itself measures `wall`, from before the first file is opened to the check line,
    so that the start of an interpreter does not count. The kernel measures `cpu` (user and system seconds) and `rss` (peak
    MiB, of the largest process if there are several), for the process and its children. A process starts with the size of
    its parent, so `rss` is at least the size of this interpreter, about 26 MiB."""

    check: str
    wall: float
    cpu: float
    rss: float


def one(tool: str, job: Job) -> None:
    """Runs a peer inside the measured process, and prints the lines that `measured` reads."""
    peer = tools.module(tool)
    clock = time.perf_counter()
    sums = peer.run(job)
    print("check", *(int(value) for value in sums))
    print(f"seconds {time.perf_counter() - clock:.3f}")


def measured(command: list[str], variables: dict[str, str]) -> Run:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, env=os.environ | variables)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"peers: {' '.join(command)[:500]} failed with {process.returncode}\n{text}")
    printed = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(printed["check"], float(printed["seconds"]), cpu, usage.ru_maxrss / 1024)


def measure_peer(tool: str, job: Job) -> Run:
    variable = getattr(tools.module(tool), "THREADS_VARIABLE", None)
    variables = {variable: str(job.threads)} if variable else {}
    return measured([sys.executable, str(HERE / "peers.py"), "--one", tool, job.to_json()], variables)


def measure_flowcause(program: str, job: Job, interfaces: Path) -> Run:
    reduction = job.reduction
    if reduction == "floor":
        reduction = "inflate" if job.is_text else "decode"
    command = [program, "--threads", str(job.threads), "--reduction", reduction, job.folder]
    if job.interfaces:
        command += ["--interfaces", str(interfaces)]
    if job.window:
        command += ["--from", str(job.window[0]), "--to", str(job.window[1])]
    return measured(command, {})
