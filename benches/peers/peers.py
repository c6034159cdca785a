"""Runs the reductions of flowcause and of its peers on one corpus and prints Markdown; started by the script `run`.

The jobs are those of job.py. They read gzip text and Parquet from the page cache, and every tool has the same number of
threads. Rounds are interleaved: each round runs every tool once, alternately from the first tool and from the last. Every
tool must print the same check line, and it must agree with the sums that the generator wrote; otherwise the run fails. A
tool that is too slow for the whole corpus reads its first files only: its check line is compared with that of flowcause on
the same files, and its times are scaled up.
"""

import argparse
import sys
from pathlib import Path

import tools
from job import FORMATS, REDUCTIONS, TEXT, Job
from measure import Run, measure_flowcause, measure_peer, one
from programs import bench_program, corpus, into_page_cache, sample, sizes
from table import Measured, Results, around_figures, commit, machine, put_into, tables

HERE = Path(__file__).resolve().parent
OWN = ["flowcause", "flowcause-isal"]
# A scoped job on Parquet reads half an hour of the corpus, or half of a corpus that is shorter than an hour.
SCOPED_SECONDS = 1800


class Comparison:
    """The corpus, the programs, and the results so far."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.programs = programs(options)
        self.folder, self.known = corpus(
            Path(options.work), options.records, options.threads, options.corpus_program
        )
        self.results: Results = {}
        self.samples: dict[Job, str] = {}

    def job(self, reduction: str, form: str, files: int | None) -> Job:
        folder = str(sample(self.folder, form, files))
        if reduction != "scoped":
            return Job(reduction, form, folder, self.options.threads)
        window = None if form in TEXT else self.window()
        return Job(reduction, form, folder, self.options.threads, tuple(self.known["interfaces"]), window)

    def window(self) -> tuple[int, int]:
        """The time of a scoped job, in the middle of the corpus."""
        begin, end = self.known["from"], self.known["to"]
        length = min(SCOPED_SECONDS, (end - begin) // 2)
        first = begin + (end - begin - length) // 2
        return first, first + length

    def rounds(self) -> None:
        for turn in range(self.options.rounds):
            for form in self.options.formats:
                into_page_cache(self.folder / form)
                for reduction in self.options.reductions:
                    self.round(turn, reduction, form)

    def round(self, turn: int, reduction: str, form: str) -> None:
        order = self.options.tools if turn % 2 == 0 else self.options.tools[::-1]
        for tool in order:
            if takes_part(tool, turn, reduction, form):
                self.measure(turn, tool, reduction, form)

    def measure(self, turn: int, tool: str, reduction: str, form: str) -> None:
        files = None if tool in OWN else getattr(tools.module(tool), "SAMPLE", None)
        job = self.job(reduction, form, files)
        run = self.run(tool, job)
        scale = self.known["files"] / len(job.files())
        of_tools = self.results.setdefault((reduction, form), {})
        of_tools.setdefault(tool, Measured([], scale)).runs.append(run)
        print(f"round {turn + 1} {reduction} {form} {tool}: {run.wall:.2f} s ({run.check})", file=sys.stderr)
        self.check(tool, job, run)

    def run(self, tool: str, job: Job) -> Run:
        if tool in OWN:
            return measure_flowcause(self.programs[tool], job, self.folder / "interfaces.txt")
        return measure_peer(tool, job)

    def check(self, tool: str, job: Job, run: Run) -> None:
        """Compares check lines. The first tool that finishes a job sets the expected line; for the whole corpus, the generator's
        sums must agree too."""
        is_whole = len(job.files()) == self.known["files"]
        if is_whole and job.reduction in ("summary", "aggregate"):
            _, packets, volume, records, *_ = map(int, run.check.split())
            expected = [self.known[name] for name in ("matching", "packets", "bytes")]
            if [records, packets, volume] != expected:
                sys.exit(f"peers: {tool}: differs from the sums of the generator: {run.check}, {expected}")
        if not is_whole and job not in self.samples:
            program = next(iter(self.programs.values()))
            self.samples[job] = measure_flowcause(program, job, self.folder / "interfaces.txt").check
        expected = self.samples.setdefault(job, run.check)
        if run.check != expected:
            sys.exit(f"peers: {tool}, {job.reduction}, {job.form}: the check line is {run.check}, not {expected}")

    def page(self, left_out: list[str]) -> str:
        known, options = self.known, self.options
        begin, end = self.window()
        versions = [tools.module(tool).version() for tool in options.tools if tool not in OWN]
        about = [
            f"- Machine: {machine()}; {options.threads} threads.",
            f"- Versions: {'; '.join([commit(), *versions])}.",
            f"- Corpus: {known['records']} records in {known['files']} files, {known['matching']} on ports 443 and 53; "
            f"{sizes(self.folder, options.formats)}.",
            f"- Medians; interleaved rounds: {options.rounds}, of slow tools 1.",
        ]
        about += [f"- Not measured: {reason}." for reason in left_out]
        cases = f", of {len(known['interfaces'])} interfaces"
        part = f", {(end - begin) // 60} of {(known['to'] - known['from']) // 60} minutes"
        notes = {("scoped", form): cases + ("" if form in TEXT else part) for form in FORMATS}
        return "\n".join(about) + "\n\n" + tables(self.results, notes)


def takes_part(tool: str, turn: int, reduction: str, form: str) -> bool:
    if tool == "flowcause":
        return True
    if tool == "flowcause-isal":
        return form in TEXT
    peer = tools.module(tool)
    can = reduction != "floor" and form in getattr(peer, "FORMATS", FORMATS)
    return can and turn < getattr(peer, "ROUNDS", turn + 1)


def programs(options: argparse.Namespace) -> dict[str, str]:
    """The programs of flowcause, which are built unless options name them."""
    found = {"flowcause": options.reduce_program or bench_program("reduce")}
    if "flowcause-isal" in options.tools:
        found["flowcause-isal"] = options.isal_program or bench_program("reduce", "isal")
    return found


def available(options: argparse.Namespace) -> list[str]:
    """Sets the tools that run, and returns the reasons why others do not. A tool that `--tools` names must run."""
    wanted = options.tools
    found, left_out = [], []
    for tool in wanted or ["flowcause", *tools.PEERS]:
        reason = None if tool in OWN else tools.module(tool).missing()
        if reason and wanted:
            sys.exit(f"peers: {tool}: {reason}")
        if reason:
            left_out.append(f"{tool} ({reason})")
        else:
            found.append(tool)
    if options.with_isal and "flowcause-isal" not in found:
        found.insert(1, "flowcause-isal")
    options.tools = found
    return left_out


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def names(flag: str, all_names: list[str], default: list[str] | None, about: str) -> None:
        about = f"{about}; of {', '.join(all_names)}"
        parser.add_argument(flag, nargs="+", metavar="NAME", choices=all_names, default=default, help=about)

    parser.add_argument("--work", default=str(HERE / ".work"), help="virtualenv and corpus (default: %(default)s)")
    parser.add_argument("--records", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    names("--formats", FORMATS, FORMATS, "default: all")
    names("--reductions", list(REDUCTIONS), list(REDUCTIONS), "default: all")
    names("--tools", OWN + tools.PEERS, None, "default: those that are installed")
    parser.add_argument("--with-isal", action="store_true", help="flowcause built with the feature isal too")
    parser.add_argument("--into", type=Path, metavar="FILE", help="puts the figures between the marks of a page")
    parser.add_argument("--corpus-program", help="a built corpus program, instead of building it")
    parser.add_argument("--reduce-program", help="a built reduce program, instead of building it")
    parser.add_argument("--isal-program", help="the same, built with the feature isal")
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "JOB"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if options.one:
        tool, job = options.one
        return one(tool, Job.from_json(job))
    if options.into:
        around_figures(options.into)  # now, not after an hour
    left_out = available(options)
    comparison = Comparison(options)
    comparison.rounds()
    page = comparison.page(left_out)
    print(page)
    if options.into:
        put_into(options.into, page)


if __name__ == "__main__":
    main()
