"""`zcat | gawk`."""

import shutil
import subprocess

from job import TEXT, Job
from tools import awk

FORMATS = TEXT
SAMPLE = 4
ROUNDS = 1


def missing() -> str | None:
    return None if shutil.which("gawk") else "the command gawk is not installed"


def version() -> str:
    output = subprocess.run(["gawk", "--version"], capture_output=True, text=True).stdout
    return output.splitlines()[0].split(",")[0]


def run(job: Job) -> list[int]:
    return awk.run(job, ["gawk"])
