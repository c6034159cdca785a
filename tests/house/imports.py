"""Which file imports which: circles of files, and arrows that run from a lower room up to a higher one.

An import is a path that begins with `crate`, `super`, `self` or a child module, in a `use` or anywhere in product code.
It leads to the file that defines the name: a name that a `mod.rs` re-exports leads to the file it is re-exported from, so
that `use crate::path::Control` is an import of `path/hop.rs`. Where that is not known it leads to the `mod.rs`.
"""

import re
from collections import defaultdict

USE = re.compile(r"\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);")
INLINE = re.compile(r"\b(?:crate|super|self)(?:::\w+)+")
VISIBILITY = re.compile(r"\bpub\(in [^)]*\)")
PIECE = re.compile(r"\w+|::|[{},*]")

# From the lowest room to the highest: a room imports its own files and those of rooms before it.
LAYERS = (
    "progress model disk policy finding ingest inventory spill reduce frame error converse path attribution authorization diagnose runbook report "
    "assemble check changes inspect compare render collect pipeline schedule cli lib main"
).split()


class Graph:
    """The imports among the files of a source tree, tests left out."""

    def __init__(self, sources):
        self.sources = {module_of(source.name): source for source in sources if not source.is_test}
        self.reexports = {module: {} for module in self.sources}
        self.globs = defaultdict(list)
        paths = {module: list(self.paths(module)) for module in self.sources}
        for module, found in paths.items():
            for path, name, is_public in found:
                if is_public and name == "*":
                    self.globs[module].append(path)
                elif is_public:
                    self.reexports[module][name] = path
        self.edges = defaultdict(set)
        for module, found in paths.items():
            for path, _, is_public in found:
                target = self.resolve(path)
                is_own_child = is_public and target is not None and target[: len(module)] == module
                if target and target != module and not is_own_child:
                    self.edges[module].add(target)

    def paths(self, module):
        """Every path of a file as an absolute one, the name it gets there, and whether it is re-exported."""
        # `pub(in crate::ingest)` limits who may use an item; it is not an import.
        code = VISIBILITY.sub("pub", self.sources[module].product)
        for use in USE.finditer(code):
            for parts, name in expand(PIECE.findall(re.sub(r"\bas\s+", "as_", use[2]))):
                absolute = self.absolute(module, parts)
                if absolute:
                    yield absolute, name, bool(use[1])
        for match in INLINE.finditer(USE.sub("", code)):
            absolute = self.absolute(module, match.group().split("::"))
            if absolute:
                yield absolute, absolute[-1], False

    def absolute(self, module, parts):
        """A path from the crate's root; nothing if it leads to another crate."""
        if parts[0] == "crate":
            return tuple(parts[1:])
        if parts[0] == "self":
            return (*module, *parts[1:])
        home = module
        while parts and parts[0] == "super":
            home, parts = home[:-1], parts[1:]
        if home != module or (*module, parts[0]) in self.sources:
            return (*home, *parts)
        return None

    def resolve(self, path, seen=()):
        """The module that defines what a path names."""
        longest = max((n for n in range(len(path) + 1) if path[:n] in self.sources), default=0)
        module, rest = path[:longest], path[longest:]
        if rest and (module, rest[0]) not in seen:
            seen = (*seen, (module, rest[0]))
            if rest[0] in self.reexports[module]:
                return self.resolve((*self.reexports[module][rest[0]], *rest[1:]), seen) or module
            for glob in self.globs[module]:
                home = self.resolve(glob[:-1] if glob[-1] == "*" else glob, seen)
                if home in self.sources and defines(self.sources[home], rest[0]):
                    return home
        return module if module in self.sources else None

    def circles(self):
        """Sets of files that import each other, directly or through others, the largest first."""
        found = [sorted(one) for one in components(self.edges) if len(one) > 1]
        return sorted(found, key=lambda one: (-len(one), one))

    def room(self, module):
        return self.sources[module].room

    def rooms_in_circles(self):
        """The same of rooms: sets of rooms that import each other."""
        edges = defaultdict(set)
        for module, targets in self.edges.items():
            edges[self.room(module)] |= {self.room(target) for target in targets} - {self.room(module)}
        return [sorted(one) for one in components(edges) if len(one) > 1]

    def upward(self):
        """Imports of a room that stands higher in `LAYERS`, as pairs of files."""
        rank = {room: at for at, room in enumerate(LAYERS)}
        return sorted(
            (self.sources[module].name, self.sources[target].name)
            for module, targets in self.edges.items()
            for target in targets
            if rank.get(self.room(target), len(rank)) > rank.get(self.room(module), len(rank))
        )


def module_of(name):
    """The module that a file is: `path/hop.rs` is `("path", "hop")`, `lib.rs` the root."""
    if name == "lib.rs":
        return ()
    parts = name.removesuffix(".rs").split("/")
    return tuple(parts[:-1] if parts[-1] == "mod" else parts)


def defines(source, name):
    return re.search(rf"\b(?:struct|enum|union|trait|type|fn|const|static|mod)\s+{name}\b", source.product) is not None


def expand(pieces):
    """The paths of a `use` tree, each with the name it is known by afterwards."""
    stack, prefix, path = [], [], []

    def done():
        if path or prefix:
            parts = [*prefix, *path]
            name = parts[-1]
            if name.startswith("as_"):
                parts, name = parts[:-1], name[3:]
            if name == "self":
                parts = parts[:-1]
                name = parts[-1]
            yield parts, name

    for piece in pieces:
        if piece == "{":
            stack.append(prefix)
            prefix, path = [*prefix, *path], []
        elif piece in ",}":
            if path:
                yield from done()
            path = []
            if piece == "}":
                prefix = stack.pop()
        elif piece != "::":
            path = [*path, piece]
    if path:
        yield from done()


def components(edges):
    """The strongly connected components of a graph (Tarjan), without recursion."""
    index, low, on_stack, stack, found = {}, {}, set(), [], []
    for root in list(edges):
        if root in index:
            continue
        work = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(sorted(edges.get(target, ())))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = set()
                    while node not in component:
                        component.add(stack.pop())
                    on_stack -= component
                    found.append(component)
    return found
