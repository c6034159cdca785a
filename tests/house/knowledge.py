"""Counts places that hold a piece of knowledge which should be written once."""

import re
from collections import defaultdict
from pathlib import Path

CAUSES = "diagnose/causes"
ROLES = (
    "task endpoint nat-gateway load-balancer transit-gateway gateway-load-balancer-endpoint lambda efs-mount-target "
    "resolver-endpoint other unknown"
).split()
ROLE_WORD = re.compile(r"\brole(?:s|_\w+)?\b", re.IGNORECASE)
ROLE_LIST = re.compile(r"\[&(?:'static )?str(?:; \d+)?\]")
NEAR = 3


def tables_of_controls(sources):
    """Files that know what a denying hop means: outside `path`, they distinguish security groups from network ACLs, the
    task's side from the destination's, and the legs, and class the hop as a cause or an obstacle. Causes about one control and
    sentences about a hop do not name all of these."""
    needed = ("Control::SecurityGroups", "Control::NetworkAcl", "Side::Destination", "Leg::")
    classes = re.compile(r"\b(?:CauseId|Obstacle|Kind)::|-> &'static str\b")
    return [
        source.name
        for source in sources
        if source.room != "path" and not source.is_test and all(name in source.product for name in needed)
        if classes.search(source.product)
    ]


def rules_of_endpoint_names(sources):
    """Functions that decide whether a service's name leads to its endpoint: they look at the endpoint's private DNS and at an
    attribute of the VPC. Readers and types do not look at both; the fixes in `path`, which switch them on, do not count."""
    return [
        f"{source.name}: {function.name}"
        for source in sources
        if source.room != "path"
        for function in source.functions
        for body in [source.product[function.start : function.end]]
        if "private_dns_enabled" in body and re.search(r"\bdns_(?:support|hostnames)\b", body)
    ]


def cause_ids(root):
    """The ids of all causes, from the names of their pages. `undetermined` is left out: it is also a confidence."""
    return {page.stem.replace("_", "-") for page in (Path(root) / "src" / CAUSES).glob("*.md")} - {"undetermined"}


def literal_causes(root, sources):
    """String literals that are a cause id, outside the causes' own files and the file that lists the ids, by file."""
    ids, found = cause_ids(root), defaultdict(int)
    for source in sources:
        is_home = source.name.startswith(CAUSES) or re.search(r"\benum CauseId\b", source.product)
        for literal in [] if is_home else source.literals:
            found[source.name] += literal.text in ids
    return {name: n for name, n in found.items() if n}


def literal_roles(sources):
    """String literals that are the role of an interface, within three lines of the word "role" or in a list of names, outside
    the files that define the roles."""
    found = []
    for source in sources:
        lines = source.text.splitlines()
        if re.search(r"\benum (?:InterfaceKind|Role)\b", source.product):
            continue
        for literal in source.literals:
            at = source.line(literal.at) - 1
            near = "\n".join(lines[max(0, at - NEAR) : at + NEAR + 1])
            if literal.text in ROLES and (ROLE_WORD.search(near) or ROLE_LIST.search(lines[at])):
                found.append(f"{source.name}:{at + 1}: {lines[at].strip()}")
    return found


def shared_type_names(sources):
    """Type names that several definitions share, with the files that define them, and the number of all definitions."""
    homes = defaultdict(list)
    for source in sources:
        for name in source.types():
            homes[name].append(source.name)
    shared = {name: files for name, files in homes.items() if len(files) > 1}
    return shared, sum(map(len, homes.values()))


def embedded_pages(root, sources):
    """The Markdown files that the program contains: included by product code outside documentation attributes, or by a macro
    for every cause."""
    root, pages = Path(root) / "src", set()
    for source in sources:
        for literal in source.literals:
            before = source.text[: literal.at]
            is_included = re.search(r"include_str!\(\s*(?:concat!\([^)]*)?$", before)
            if not literal.text.endswith(".md") or not is_included or re.search(r"#!?\[[^\]\n]*$", before):
                continue
            home = (root / source.name).parent
            pages |= set(home.glob("*.md")) if literal.text == ".md" else {(home / literal.text).resolve()}
    return sorted(page for page in pages if page.is_file())
