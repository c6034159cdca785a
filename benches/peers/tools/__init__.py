"""The tools that are measured, a module each.

A module has `run(job)`, which computes the job's check line, `version()`, and `missing()`: why it cannot run here, or
nothing. Besides, where they differ from the usual: `FORMATS`, `THREADS_VARIABLE`, `SAMPLE` (it reads that many files
only, because it is slow; its times are scaled up, which the table says) and `ROUNDS`.
"""

from importlib import import_module, metadata
from importlib.util import find_spec
from types import ModuleType

PEERS = ["polars", "duckdb", "datafusion", "chdb", "mawk", "gawk", "flowlogs-reader"]


def module(tool: str) -> ModuleType:
    return import_module("tools." + tool.replace("-", "_"))


def not_installed(package: str) -> str | None:
    """For the `missing` of a Python package."""
    return None if find_spec(package) else f"the Python package {package} is not installed"


def package_version(name: str, package: str) -> str:
    return f"{name} {metadata.version(package)}"
