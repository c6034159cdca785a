"""The tools that are measured, one module each.

A module has `run(job)`, which computes the check line of the job, `version()`, and `missing()`, which returns the reason
why the tool cannot run here, or `None`. Optional constants are `FORMATS`, `THREADS_VARIABLE`, `SAMPLE` (a slow tool reads
only this number of files; its times are scaled up, and the table shows the factor) and `ROUNDS`.
"""

from importlib import import_module, metadata
from importlib.util import find_spec
from types import ModuleType

PEERS = ["polars", "duckdb", "datafusion", "chdb", "mawk", "gawk", "flowlogs-reader"]


def module(tool: str) -> ModuleType:
    return import_module("tools." + tool.replace("-", "_"))


def not_installed(package: str) -> str | None:
    """Implements `missing` for a Python package."""
    return None if find_spec(package) else f"the Python package {package} is not installed"


def package_version(name: str, package: str) -> str:
    return f"{name} {metadata.version(package)}"
