"""The document at `/openapi.json` is true: schemathesis sends what it says is fine, and what it says is not, and finds nothing else answered."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from harness import router

FOLDER = pathlib.Path(__file__).parent
EXAMPLES = os.environ.get("GENLOCK_OPENAPI_EXAMPLES", "300" if os.environ.get("GENLOCK_SOAK") == "1" else "")


def violations(examples, *more):
    """What schemathesis reports; empty where it finds nothing."""
    # Hosts made up by chance are not looked up. One worker: Python's parser loses count of its depth where several threads use it.
    with router("limits: { dns_timeout: 1 ms }\n", env={"GENLOCK_TEST_RENDER_SECONDS": "0.01"}) as served:
        program = pathlib.Path(sys.executable).parent / "schemathesis"
        shown = subprocess.run(
            [str(program), "--config-file", str(FOLDER / "schemathesis.toml"), "run", served.url + "/openapi.json", "--checks", "all",
             "--max-examples", examples, "--workers", "1", "--suppress-health-check", "all", "--request-timeout", "600", "--no-color",
             "--generation-database", "none", *more],
            capture_output=True, text=True, timeout=7200, cwd="/tmp", env=os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks_test", "PYTHONPATH": str(FOLDER)})
    return "" if shown.returncode == 0 else shown.stdout[-12000:] + shown.stderr[-2000:]


def test_schemathesis_finds_no_violation_in_a_few_examples():
    """Below the six mounts, and below one of OpenAI's prefixes: the other places have the same routes again."""
    assert violations(
        "2", "--phases", "fuzzing", "--seed", "20261121", "--include-path-regex", "^/(openai/v1|siraya|siray|imagerouter|ltx|aimlapi)/") == ""


@pytest.mark.skipif(not EXAMPLES, reason="takes an hour: GENLOCK_SOAK=1, or GENLOCK_OPENAPI_EXAMPLES=N for N of each operation")
def test_schemathesis_finds_no_violation():
    assert violations(EXAMPLES) == ""


def test_everything_that_is_served_is_described(shared_router, document):
    paths = document.json["paths"]
    assert document.json["openapi"] == "3.1.0"
    for path in ("/v1/videos", "/v1/videos/{id}", "/v1/videos/{id}/content", "/v1/videos/{id}/remix", "/v1/videos/edits", "/v1/videos/extensions",
                 "/v1/videos/generations", "/v1/video/generations", "/v1/openai/videos/generations", "/v2/text-to-video", "/v1/text-to-video",
                 "/v2/video/generations", "/v1/upload", "/v1/models", "/siraya/v1/videos/generations", "/ltx/v2/extend/{id}", "/v1/videos/models"):
        assert path in paths, path
    both = paths["/v1/videos/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
    assert [s["$ref"].rsplit("/", 1)[1] for s in both] == ["openai.Video", "siraya.Video"]
    names = [operation["operationId"] for item in paths.values() for operation in item.values()]
    assert len(names) == len(set(names))
    text = json.dumps(document.json)
    for reference in set(text.split('"$ref": "')[1:]):
        name = reference.split('"')[0].removeprefix("#/components/schemas/")
        assert name in document.json["components"]["schemas"], name
