"""The receivers that the documentation shows accept what the program sends, and nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from documentation import CATALOG, blocks
from harness import eventually, free_port, router

KEY = "sk-receivers"
SECRET = "whsec_" + "A" * 32
PAGE = CATALOG / "Webhooks.md"
SHOWN = {block.language: block.text for block in blocks(PAGE) if block.language in ("python", "javascript", "go")}


def command(language, folder):
    if language == "python":
        return [sys.executable, "receiver.py"]
    if language == "javascript":
        return ["node", "receiver.js"]
    environment = os.environ | {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "HOME": str(folder)}
    subprocess.run(["go", "build", "-o", "receiver", "receiver.go"], cwd=folder, env=environment, check=True, timeout=300)
    return ["./receiver"]


@pytest.mark.parametrize("language, program", [("python", sys.executable), ("javascript", "node"), ("go", "go")])
def test_a_documented_receiver_verifies_events(language, program, tmp_path):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    name = {"python": "receiver.py", "javascript": "receiver.js", "go": "receiver.go"}[language]
    (tmp_path / name).write_text(SHOWN[language])
    port = free_port()
    output = tmp_path / "output"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PORT": str(port), "STUDIO_WEBHOOK_SECRET": SECRET}
    with open(output, "wb") as sink:
        receiver = subprocess.Popen(command(language, tmp_path), cwd=tmp_path, env=environment, stdout=sink, stderr=sink)
    try:
        eventually(lambda: post(port, {}) == 400)
        digest = hashlib.sha256(KEY.encode()).hexdigest()
        config = f"""
keys: [{{ name: studio, sha256: {digest}, webhooks: {{ url: "http://127.0.0.1:{port}/hook", secret: {SECRET} }} }}]
webhooks: {{ allow_private: [127.0.0.1] }}
log: debug
"""
        with router(config, env={"GENLOCK_TEST_RENDER_SECONDS": "0.1"}) as served:
            body = {"model": "sora-2", "prompt": "boat"}
            job = served.call("POST", "/v1/videos", body, headers={"Authorization": f"Bearer {KEY}"}).json
            eventually(lambda: f"video.completed {job['id']}\n" in output.read_text())
            eventually(lambda: "webhook delivered" in served.log())
        wrong = {"webhook-id": "evt_1", "webhook-timestamp": "1795256718", "webhook-signature": "v1,AAAA"}
        assert post(port, wrong) == 400
        assert output.read_text() == f"video.completed {job['id']}\n" or language == "python"
    finally:
        receiver.kill()
        receiver.wait()


def post(port, headers):
    """The status of an answer; None without one."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hook", data=b"{}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
