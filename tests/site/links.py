"""Checks that every link of the built site leads to an existing file and anchor, and that pages load nothing from other sites.

    python3 tests/site/links.py FOLDER
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements whose address a browser loads by itself. Other links are loaded only when a reader follows them.
LOADED = {"script", "img", "link", "iframe", "source", "object", "embed"}
# The generator's page for unknown paths. Its links start at the root of the site, whose address is not known here.
NOT_FOUND = "404.html"


class Page(HTMLParser):
    """A page with its anchors and links."""

    def __init__(self, path):
        super().__init__()
        self.anchors = {""}
        self.links = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.anchors.update(named[name] for name in ("id", "name") if named.get(name))
        self.links += [(tag, named[name]) for name in ("href", "src") if named.get(name)]


def wrong(page, tag, link, pages, root):
    """Describes what is wrong with a link; `None` if it is sound."""
    address = urlsplit(link)
    if address.scheme == "data":
        return None
    if address.scheme or address.netloc:
        return "is loaded from another site" if tag in LOADED else None
    target = (page.parent / unquote(address.path)).resolve() if address.path else page
    if not target.is_relative_to(root):
        return "leaves the site"
    if not target.is_file():
        return "does not exist"
    known = pages.get(target)
    if known and unquote(address.fragment) not in known.anchors:
        return "has no such anchor"
    return None


def main():
    root = Path(sys.argv[1]).resolve()
    pages = {path: Page(path) for path in sorted(root.rglob("*.html"))}
    if not pages:
        print(f"no page in {root}")
        return 1
    broken = [
        f"{path.relative_to(root)}: {link} {what}"
        for path, page in pages.items()
        if path.name != NOT_FOUND
        for tag, link in page.links
        if (what := wrong(path, tag, link, pages, root))
    ]
    print("\n".join(broken) or f"{sum(len(page.links) for page in pages.values())} links of {len(pages)} pages are sound")
    return 1 if broken else 0


sys.exit(main())
