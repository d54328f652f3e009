"""Every code block of the README and the documentation: commands are run, configurations are checked, the rest is parsed."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

import limits_page
from documentation import CATALOG, PAGES, all_blocks, blocks, heading_anchors, links, prose
from harness import ROOT, binary, free_port, router, wait_until_ended
from test_tls import Certificates

SHELLS = ("sh", "bash")
CONFIGURATIONS = [block for block in all_blocks("yaml") if block.reason is None]
OTHER_YAML = [block for block in all_blocks("yaml") if block.reason]
# Languages whose blocks other tests run (test_proxy_recipes.py, test_webhook_receivers.py), or that have nothing to run.
READ_ONLY = {"nginx", "haproxy", "caddy", "html", "text", "", "swift", "javascript", "go"}


def ids(found):
    return {"argvalues": found, "ids": [block.name for block in found]}


def test_every_block_is_of_a_kind_that_is_checked():
    known = {*SHELLS, "console", "python", "yaml", "json", *READ_ONLY}
    assert [block.name for page in PAGES for block in blocks(page) if block.language not in known] == []


def test_every_page_is_reachable():
    index = {CATALOG / target.split("#")[0] for target in links(CATALOG / "Documentation.md")}
    assert index == set(CATALOG.glob("*.md")) - {CATALOG / "Documentation.md"}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), f"{target}: there is no such file"
        assert not anchor or anchor.lower() in heading_anchors(file), f"{target}: there is no such heading"


@pytest.mark.skipif(not shutil.which("docc"), reason="docc, a part of Swift's toolchain, is not on the path")
def test_the_catalog_is_converted_by_docc(tmp_path):
    names = ["--fallback-display-name", "genlock", "--fallback-bundle-identifier", "genlock"]
    shown = subprocess.run(
        ["docc", "convert", str(CATALOG), *names, "--output-path", str(tmp_path / "site"), "--warnings-as-errors"],
        capture_output=True, text=True, timeout=120)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    pages = {path.stem for path in (tmp_path / "site/data/documentation/genlock").glob("*.json")}
    assert pages == {page.stem.lower() for page in CATALOG.glob("*.md")}


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 200


def test_the_page_of_limits_is_up_to_date():
    assert limits_page.PAGE.read_text() == limits_page.page(), "run: python3 Tests/EndToEnd/limits_page.py"


def test_the_change_log_has_every_renamed_limit():
    table = (ROOT / "Sources/Configuration/LimitTable+renamed.swift").read_text()
    renamed = re.findall(r'"(\w+)": "(\w+)"', table)
    log = (CATALOG / "ChangeLog.md").read_text()
    assert len(renamed) > 100
    assert [pair for pair in renamed if f"| `{pair[0]}` | `{pair[1]}` |" not in log] == []


def test_every_header_of_our_own_is_documented():
    sources = "".join(path.read_text() for path in (ROOT / "Sources").glob("*/**/*.swift"))
    headers = set(re.findall(r'(?:set\(|HeaderName = )"(genlock-[a-z-]+)"', sources)) | {"openai-poll-after-ms", "x-should-retry", "x-request-id", "retry-after"}
    page = (CATALOG / "Headers.md").read_text()
    assert len(headers) >= 7
    assert sorted(header for header in headers if f"`{header}`" not in page) == []


def test_every_error_code_is_documented():
    """Codes that the program writes itself; those of vendors and of ImageRouter's contract are theirs."""
    sources = [path for path in (ROOT / "Sources").glob("*/**/*.swift") if path.parts[-2] not in ("Vendors", "genlock", "TestCard")]
    sources = [path for path in sources if "Vendors" not in path.parts]
    codes = {code for path in sources for code in re.findall(r'\bcode: "([a-z_]+)"', path.read_text())}
    pages = "".join(page.read_text() for page in CATALOG.glob("*.md"))
    assert len(codes) > 30
    assert sorted(code for code in codes if f"`{code}`" not in pages) == []


def test_every_metric_is_documented():
    sources = "".join(path.read_text() for path in (ROOT / "Sources").glob("*/**/*.swift"))
    metrics = set(re.findall(r'"(genlock_[a-z0-9_]+)"', sources))
    page = (CATALOG / "Metrics.md").read_text()
    assert len(metrics) > 25
    assert sorted(metric for metric in metrics if f"`{metric}`" not in page) == []
    documented = set(re.findall(r"`(genlock_[a-z0-9_]+)(?:\{\w+\})?`", page)) - {"genlock_build_info"}
    assert sorted(documented - metrics) == []


def test_the_glossary_has_names_of_the_source():
    glossary = (ROOT / "Sources/README.md").read_text().split("\n## Glossary\n")[1]
    names = [name for row in re.findall(r"^\| (.*?) \|", glossary, re.M) for name in re.findall(r"`(\w+)`", row)]
    source = "".join(path.read_text() for path in (ROOT / "Sources").glob("*/**/*.swift"))
    declared = set(re.findall(r"\b(?:struct|class|enum|protocol|typealias|actor) (\w+)", source))
    assert len(names) > 60
    assert [name for name in names if name not in declared] == []


def test_the_map_has_every_module():
    text = (ROOT / "Sources/README.md").read_text().split("\n## ")[0]
    listed = {name for row in re.findall(r"^\| [\d ]+\| (.+?) \|", text, re.M) for name in re.findall(r"`(\w+)`", row)}
    modules = {path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()}
    assert len(modules) > 20
    assert {name for name in modules if not re.match(r"C[A-Z]", name)} - listed == set()


def test_the_walks_name_files_that_exist():
    text = (ROOT / "Sources/README.md").read_text().split("\n## Glossary\n")[0]
    files = re.findall(r"`([A-Z]\w+/[\w+/.]+\.swift)`", text)
    names = {path.name for path in (ROOT / "Sources").glob("*/**/*.swift")}
    assert len(set(files)) > 30
    assert [file for file in files if pathlib.Path(file).name not in names] == []


# Words of this project's early days that no page uses.
RETIRED = [
    r"is told", r"are told", r"\btells?\b", r"goes over", r"\bplayed by\b", r"for good\b", r"\banew\b", r"\bnobody\b",
    r"\bwhoever\b", r"at work\b", r"\bspoken\b", r"\bpictures?\b", r"\bsounds?\b", r"\bclips\b", r"\blest\b", r"\bmend\b", r"\bdearer\b",
]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_pages_use_plain_words(page):
    text = re.sub(r"`[^`]*`", "", prose(page))
    found = [match[0] for word in RETIRED for match in re.finditer(word, text, re.I)]
    assert found == []


# Commands.


@pytest.mark.parametrize("block", **ids(all_blocks(*SHELLS)))
def test_a_command_is_well_formed(block):
    shown = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True)
    assert shown.returncode == 0, shown.stderr


def run_blocks(page, folder, served):
    """Runs the page's shell blocks in order, each in a shell of its own that stops at the first failure, all in one folder."""
    pathlib.Path(folder, "genlock-state").symlink_to(served.state)
    programs = pathlib.Path(folder, "bin")
    programs.mkdir()
    (programs / "genlock").symlink_to(binary())
    # A request that is refused fails its block.
    (programs / "curl").write_text(f'#!/bin/sh\nexec {shutil.which("curl")} --fail-with-body "$@"\n')
    (programs / "curl").chmod(0o755)
    job = served.call("POST", "/v1/videos", {"model": "test/card", "prompt": "A red kite", "seconds": 1}).json
    link = wait_until_ended(served, f"/v1/videos/{job['id']}")["url"]
    other = free_port()
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}", "HOME": folder, "SWIFT_BACKTRACE": "enable=no", "ID": job["id"], "LINK": link,
        "GENLOCK_API_KEY": "anything", "GENLOCK_TEST_RENDER_SECONDS": "0.1",
    }
    for block in [block for block in blocks(page) if block.language in SHELLS and block.reason is None]:
        text = re.sub(r"(127\.0\.0\.1|localhost):8080", rf"\g<1>:{served.port}", block.text)
        text = text.replace("127.0.0.1:8741", f"127.0.0.1:{other}").replace("/tmp/genlock-docs", f"{folder}/state")
        text = text.replace("/run/genlock/genlock.sock", f"{folder}/genlock.sock")
        # The vendors' lists are read from the vendors, which no test calls.
        text = re.sub(r"^genlock prices refresh.*$", r"\g<0> || test $? = 2", text, flags=re.M)
        shown = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert shown.returncode == 0, f"{block.name} exits with {shown.returncode}:\n{shown.stdout[-1500:]}\n{shown.stderr[-1500:]}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(block.language in SHELLS and block.reason is None for block in blocks(page))],
    ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run(page):
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {"GENLOCK_TEST_RENDER_SECONDS": "0.1", "GENLOCK_LISTEN": f"127.0.0.1:{port},unix:{folder}/genlock.sock"}
        with router(env=environment, port=port) as served:
            run_blocks(page, folder, served)


@pytest.mark.parametrize("block", **ids(all_blocks("console")))
def test_a_session_shows_what_the_program_answers(block):
    command, _, answer = block.text.removeprefix("$ ").partition("\n{")
    with router() as served:
        shown = subprocess.run(
            ["bash", "-c", "set -o pipefail; " + command.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}")], capture_output=True,
            text=True, timeout=60)
    assert shown.returncode == 0, shown.stderr
    documented, real = json.loads("{" + answer), json.loads(shown.stdout)
    own = {"id", "created_at"}
    assert list(real) == list(documented)
    assert {key: real[key] for key in real if key not in own} == {key: documented[key] for key in documented if key not in own}


@pytest.mark.parametrize("block", **ids([block for block in all_blocks("python") if block.reason is None and block.text.count("\n") > 1]))
def test_a_program_runs(block, tmp_path, monkeypatch):
    openai = pytest.importorskip("openai")
    monkeypatch.chdir(tmp_path)
    with router(env={"GENLOCK_TEST_RENDER_SECONDS": "0.1"}) as served:
        exec(block.text.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}"), {"OpenAI": openai.OpenAI})
    assert (tmp_path / "kite.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("block", **ids([block for block in all_blocks("python") if block.reason]))
def test_a_program_that_is_not_run_is_well_formed(block):
    compile(block.text, block.name, "exec")


# Configurations.


@pytest.fixture(scope="module")
def certificates():
    with tempfile.TemporaryDirectory() as folder:
        yield Certificates(folder)


def check(text, folder, certificates):
    """`genlock check` of a fragment, with the files and variables that it names in place."""
    environment = {"PATH": os.environ["PATH"], "HOME": folder, "SWIFT_BACKTRACE": "enable=no"}
    environment |= {name: "value" for name in re.findall(r"\$\{([A-Z_0-9]+)", text)}
    environment |= {name: "whsec_" + "A" * 32 for name in environment if name.endswith("WEBHOOK_SECRET")}
    for name in ("cert.pem", "key.pem"):
        source = certificates.path("one.pem" if name == "cert.pem" else "one.key")
        pathlib.Path(folder, name).write_bytes(pathlib.Path(source).read_bytes())
    pathlib.Path(folder, "key.pem").chmod(0o600)
    vendors = pathlib.Path(folder, "vendors")
    vendors.mkdir()
    for name in re.findall(r"^  (example|acme-video):", text, re.M):
        vendor = json.loads((ROOT / "config/vendors/example.json").read_text()) | {"vendor": name, "host": "https://api.acme.test"}
        vendors.joinpath(f"{name}.json").write_text(json.dumps(vendor))
    # An address of every machine, and one of a socket folder, need what the fragment's page describes elsewhere.
    key = hashlib.sha256(b"key").hexdigest()
    if re.search(r"^listen:.*(0\.0\.0\.0|\[::\])", text, re.M | re.S) and not re.search(r"^keys:", text, re.M):
        text += f"\nkeys: [ {{ name: one, sha256: {key} }} ]\n"
    if re.search(r'^cors: \["\*"\]', text, re.M) and not re.search(r"^keys:", text, re.M):
        text += f"\nkeys: [ {{ name: one, sha256: {key} }} ]\n"
    text = text.replace("group: www-data", "group: root")
    file = pathlib.Path(folder, "genlock.yaml")
    file.write_text(text)
    return subprocess.run([binary(), "check", "--config", str(file)], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("block", **ids(CONFIGURATIONS))
def test_a_configuration_is_accepted(block, certificates):
    with tempfile.TemporaryDirectory() as folder:
        shown = check(block.text, folder, certificates)
    assert shown.returncode == 0, shown.stdout[-1500:] + shown.stderr[-1500:]


@pytest.mark.parametrize("block", **ids(OTHER_YAML))
def test_yaml_of_other_programs_is_well_formed(block, certificates):
    """Genlock's own reader gets past the syntax and refuses only keys that it does not know."""
    with tempfile.TemporaryDirectory() as folder:
        shown = check(block.text, folder, certificates)
    complaints = [line for line in shown.stderr.splitlines() if re.search(r":\d+:\d+:", line)]
    assert complaints and all("unknown key" in line for line in complaints), shown.stderr


@pytest.mark.parametrize("block", **ids(all_blocks("json")))
def test_json_is_well_formed(block):
    json.loads(block.text)


def test_a_wrong_configuration_would_be_noticed(certificates):
    with tempfile.TemporaryDirectory() as folder:
        assert check("limits: { head_time: 5s }\n", folder, certificates).returncode == 2
    with tempfile.TemporaryDirectory() as folder:
        assert check("a: [1\n", folder, certificates).returncode == 2
