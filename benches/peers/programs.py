"""The programs that cargo builds for the comparison, and the corpus that one of them writes."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent


def bench_program(name: str, features: str = "") -> str:
    """Builds a bench target in release and returns its program. Each set of features has its own program."""
    build = ["cargo", "bench", "--bench", name, "--no-run", "--message-format", "json", "--features", features]
    messages = subprocess.run(build, cwd=PACKAGE, stdout=subprocess.PIPE, check=True).stdout
    for message in map(json.loads, messages.splitlines()):
        if message.get("executable") and message["target"]["name"] == name:
            return message["executable"]
    sys.exit(f"peers: cargo names no program for the bench {name}")


def corpus(work: Path, records: int, threads: int, program: str | None) -> tuple[Path, dict]:
    """Returns the folder of the corpus and the figures of the generator. A finished corpus of the same size is used again."""
    folder = work / f"corpus-{records}-{model()}"
    figures = folder / "corpus.json"
    if not figures.exists():
        program = program or bench_program("corpus")
        make = [program, "--records", str(records), "--threads", str(threads), "--out", str(folder)]
        subprocess.run(make, check=True, stdout=sys.stderr)
    known = json.loads(figures.read_text())
    (folder / "interfaces.txt").write_text("".join(f"{interface}\n" for interface in known["interfaces"]))
    return folder, known


def model() -> str:
    """Returns a name for the present model of the generator, so that an older corpus is not used for it."""
    sources = sorted((PACKAGE / "benches/corpus").rglob("*.rs"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def sample(folder: Path, form: str, files: int | None) -> Path:
    """Returns the folder of a format, or a folder of links to its first files."""
    whole = sorted((folder / form).iterdir())
    if files is None or files >= len(whole):
        return folder / form
    part = folder / f"first-{files}" / form
    part.mkdir(parents=True, exist_ok=True)
    for path in whole[:files]:
        link = part / path.name
        if not link.exists():
            link.symlink_to(path.resolve())
    return part


def into_page_cache(folder: Path) -> None:
    """Reads every file once, in small pieces, because memory of this process would count for its children."""
    piece = bytearray(1 << 20)
    for path in sorted(folder.iterdir()):
        with path.open("rb", buffering=0) as file:
            while file.readinto(piece):
                pass


def sizes(folder: Path, formats: list[str]) -> str:
    """Describes the size of the corpus in each format."""
    of_form = {form: sum(path.stat().st_size for path in (folder / form).iterdir()) for form in formats}
    return ", ".join(f"{form} {size / 1e6:.0f} MB" for form, size in of_form.items())
