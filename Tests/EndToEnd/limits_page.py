"""Writes the page Limits.md: names and accepted values from the table of limits, defaults and meanings from config/genlock.yaml.

`python3 Tests/EndToEnd/limits_page.py` writes the page; `make readme` calls it. A test compares the page with the text made here."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "Sources/genlock/Documentation.docc/Limits.md"
TABLE = ROOT / "Sources/Configuration/LimitTable.swift"
DEFAULTS = ROOT / "config/genlock.yaml"

INTRODUCTION = """# Limits

Every limit of the program, with its default. To change one, write it under `limits` in the configuration:

```yaml
limits: { max_body_bytes: 128 MiB, shutdown_grace: 60s }
```

A size is a number of bytes with an optional unit (`KiB`, `MiB`, `GiB`), at most 1 TiB. A time has a unit (`200ms`, `30s`, `5 min`, `24h`)
and is at most 7 days. A count is a whole number. Limits that are not in this list are fixed.

`make readme` generates this page from the table of limits in the source and the comments in `config/genlock.yaml`.
"""


def accepted():
    """What each limit of the table takes."""
    kinds = {}
    for name, kind, minimum in re.findall(r'"(\w+)": \.(bytes|count|duration|delay)\(\\\.\w+(?:, minimum: (\d+))?\)', TABLE.read_text()):
        kinds[name] = {"bytes": "size", "duration": "time", "delay": "time, 0 allowed"}.get(kind) or f"count, at least {minimum}"
    return kinds


def groups():
    """The sections of `limits:` with the name, default and meaning of each limit."""
    found = []
    for line in DEFAULTS.read_text().split("\nlimits:\n")[1].splitlines():
        if title := re.fullmatch(r"  # (.+)", line):
            found.append((title[1], []))
        else:
            found[-1][1].append(re.fullmatch(r"  (\w+): (.+?) # (.+)", line).groups())
    return found


def page():
    kinds = accepted()
    written = [name for _, limits in groups() for name, _, _ in limits]
    assert sorted(written) == sorted(kinds), f"only in one of table and file: {sorted(set(written) ^ set(kinds))}"
    text = INTRODUCTION
    for title, limits in groups():
        text += f"\n## {title}\n\n| limit | default | accepts | meaning |\n|---|---|---|---|\n"
        text += "".join(f"| `{name}` | {value} | {kinds[name]} | {meaning} |\n" for name, value, meaning in limits)
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
