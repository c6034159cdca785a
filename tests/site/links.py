"""Every link of the built site leads to a file and an anchor of it, and no page loads anything from elsewhere.

    python3 tests/site/links.py FOLDER
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements whose address a browser loads by itself; other links are followed by people.
LOADED = {"script", "img", "link", "iframe", "source", "object", "embed"}
# The generator's own page for paths that are not there; its links are from the site's root, wherever that is.
NOT_FOUND = "404.html"


class Page(HTMLParser):
    """The anchors and the links of a page."""

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
    """What is wrong with a link, or None."""
    address = urlsplit(link)
    if address.scheme == "data":
        return None
    if address.scheme or address.netloc:
        return "is loaded from elsewhere" if tag in LOADED else None
    target = (page.parent / unquote(address.path)).resolve() if address.path else page
    if not target.is_relative_to(root):
        return "leaves the site"
    if not target.is_file():
        return "is not there"
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
