"""Compares the answers of flowcause's evaluator with those of the two referees.

Usage: compare.py CASES OWN SIMULATE PMAPPER. Fails if an answer differs from a referee's and the difference is not in
`disagreements.json`, which names the AWS page that decides, or if an entry of that list no longer differs.
"""

import collections
import json
import pathlib
import sys

WRITTEN = pathlib.Path(__file__).with_name("disagreements.json")


def answers(path):
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    return {line["name"]: line for line in lines}


def kind_of(name):
    return name.split()[1]


def effects_differ(own, theirs):
    return "effect" in theirs and own.get("effect") and own["effect"] != theirs["effect"]


def main():
    cases, own, *referees = sys.argv[1:]
    with open(cases, encoding="utf-8") as file:
        names = [case["name"] for case in json.load(file)]
    own = answers(own)
    assert set(names) == set(own), f"{len(own)} answers to {len(names)} cases"
    groups = json.loads(WRITTEN.read_text(encoding="utf-8"))
    written = {(case, group["referee"]) for group in groups for case in group["cases"]}
    counts, found, surprises = collections.Counter(), set(), []
    for referee, path in zip(("iam-simulate", "pmapper"), referees, strict=True):
        theirs = answers(path)
        for name in names:
            mine, other = own[name], theirs[name]
            if "refused" in other:
                counts[referee, kind_of(name), "not judged"] += 1
            elif mine["decision"] == other["decision"] and not effects_differ(mine, other):
                counts[referee, kind_of(name), "same"] += 1
            elif (name, referee) in written:
                counts[referee, kind_of(name), "written"] += 1
                found.add((name, referee))
            else:
                counts[referee, kind_of(name), "DIFFERENT"] += 1
                surprises.append(f"{referee}: {name}: own {mine}, theirs {other}")
    for key, count in sorted(counts.items()):
        print(*key, count)
    decided = collections.Counter(answer["decision"] for answer in own.values())
    print(dict(decided))
    surprises += [f"no longer different: {key}" for key in sorted(written - found)]
    print("\n".join(surprises[:40]))
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
