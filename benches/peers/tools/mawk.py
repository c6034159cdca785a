"""`zcat | mawk`."""

import shutil
import subprocess

from job import TEXT, Job
from tools import awk

FORMATS = TEXT
SAMPLE = 4
ROUNDS = 1


def missing() -> str | None:
    return None if shutil.which("mawk") else "the command mawk is not installed"


def version() -> str:
    output = subprocess.run(["mawk", "-W", "version"], capture_output=True, text=True).stdout
    return " ".join(output.split()[:2])


def run(job: Job) -> list[int]:
    return awk.run(job, ["mawk"])
