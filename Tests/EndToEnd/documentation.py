"""The pages of the documentation and the code blocks in them."""

import pathlib
import re
from dataclasses import dataclass

from harness import ROOT

CATALOG = ROOT / "Sources/genlock/Documentation.docc"
PAGES = [
    ROOT / "README.md", *sorted(CATALOG.glob("*.md")), ROOT / "Sources/README.md", ROOT / "config/vendors/README.md",
    ROOT / "config/catalog/README.md",
    *sorted((ROOT / ".github").glob("*.md")),
]

# The line before a code block that says why it is not run: `<!-- not run: needs Docker -->`.
MARK = re.compile(r"<!-- not run: (.+) -->")


@dataclass
class Block:
    page: pathlib.Path
    line: int
    language: str
    text: str
    reason: str | None

    @property
    def name(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page):
    """The fenced code blocks of a page, in order."""
    found, fence, indent = [], None, ""
    lines = page.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if fence is None and (start := re.fullmatch(r"( *)```(.*)", line)):
            mark = MARK.fullmatch(lines[number - 2].strip()) if number > 1 else None
            indent, fence = start[1], Block(page, number, start[2].strip(), "", mark and mark[1])
        elif fence is not None and line == indent + "```":
            found.append(fence)
            fence = None
        elif fence is not None:
            fence.text += line.removeprefix(indent) + "\n"
    assert fence is None, f"{fence.name}: the code block has no end"
    return found


def all_blocks(*languages):
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def prose(page):
    """The text of a page without its code blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(), flags=re.S | re.M)


def links(page):
    """The targets of the relative links of a page."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if not re.match(r"[a-z]+:", target)]


def heading_anchors(page):
    """The anchors that code hosts make of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
