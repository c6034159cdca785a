"""What cargo builds for the comparison, and the corpus it makes."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent


def bench_program(name: str, features: str = "") -> str:
    """Builds a bench target in release and names its program. Each set of features has a program of its own."""
    build = ["cargo", "bench", "--bench", name, "--no-run", "--message-format", "json", "--features", features]
    messages = subprocess.run(build, cwd=PACKAGE, stdout=subprocess.PIPE, check=True).stdout
    for message in map(json.loads, messages.splitlines()):
        if message.get("executable") and message["target"]["name"] == name:
            return message["executable"]
    sys.exit(f"peers: cargo names no program for the bench {name}")


def corpus(work: Path, records: int, threads: int, program: str | None) -> tuple[Path, dict]:
    """The folder of the corpus, made unless a finished one of the same size is there, and what the generator told."""
    folder = work / f"corpus-{records}-{model()}"
    told = folder / "corpus.json"
    if not told.exists():
        program = program or bench_program("corpus")
        make = [program, "--records", str(records), "--threads", str(threads), "--out", str(folder)]
        subprocess.run(make, check=True, stdout=sys.stderr)
    known = json.loads(told.read_text())
    (folder / "interfaces.txt").write_text("".join(f"{interface}\n" for interface in known["interfaces"]))
    return folder, known


def model() -> str:
    """A name for the generator's present model, so that an older corpus is not taken for it."""
    sources = sorted((PACKAGE / "benches/corpus").rglob("*.rs"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]


def sample(folder: Path, form: str, files: int | None) -> Path:
    """The folder of a format, or one of links to its first files."""
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
    """Reads every file once, in pieces: what this process holds counts as its children's memory."""
    piece = bytearray(1 << 20)
    for path in sorted(folder.iterdir()):
        with path.open("rb", buffering=0) as file:
            while file.readinto(piece):
                pass


def sizes(folder: Path, formats: list[str]) -> str:
    """What the corpus weighs."""
    of_form = {form: sum(path.stat().st_size for path in (folder / form).iterdir()) for form in formats}
    return ", ".join(f"{form} {size / 1e6:.0f} MB" for form, size in of_form.items())
