"""The command line with the real program: where it keeps state, what it leaves behind, and what it refuses before anything is paid."""

import json
import os
import re
import signal
import subprocess

import pytest

from fake_server import FakeServer
from harness import binary, router

CLIP = ["--model", "sora-2", "--prompt", "x", "--seconds", "4"]


def run(words, folder, **variables):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GENLOCK_LOG": "error", **variables}
    return subprocess.run([binary(), *map(str, words)], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_a_job_is_resumed_from_another_folder(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir(), two.mkdir()
    home = {"HOME": str(tmp_path)}
    process = subprocess.Popen(
        [binary(), "generate", *CLIP], cwd=one, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], **home},
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
    lines = []
    while not any(line.startswith("model") for line in lines):
        lines.append(process.stderr.readline())
        assert lines[-1], lines
    process.send_signal(signal.SIGHUP)
    assert process.wait(20) == 130
    line = re.search("genlock (generate --resume .*)", process.stderr.read()).group(1)
    assert os.listdir(one) == [] and (tmp_path / ".local/state/genlock/seal.keys").exists()
    done = run([*line.split(), "--json"], two, **home)
    assert done.returncode == 0 and os.listdir(two) == ["out.mp4"], done
    assert json.loads(done.stdout)["status"] == "completed" and "127.0.0.1" not in done.stdout


@pytest.mark.parametrize("words, said", [
    (["-o", "."], "is a folder"), (["-o", "old.mp4"], "--force"), (["-o", "none/x.mp4"], "No such file"), (["-o", "/proc/x.mp4"], "cannot write"),
])
def test_a_wrong_output_is_refused_before_a_job_is_made(tmp_path, words, said):
    (tmp_path / "old.mp4").write_text("old")
    with router() as served:
        done = run(["generate", *CLIP, "--url", served.url, *words], tmp_path)
        assert done.returncode == 2 and said in done.stderr, done
        assert served.call("GET", "/v1/videos").json["data"] == []
    assert (tmp_path / "old.mp4").read_text() == "old"


@pytest.mark.parametrize("url", ["127.0.0.1:1", "http://127.0.0.1:1"])
def test_a_wrong_server_leaves_no_file(tmp_path, url):
    done = run(["generate", *CLIP, "--url", url], tmp_path)
    assert done.returncode in (2, 3) and os.listdir(tmp_path) == [], done


def test_a_journal_is_read_without_the_vendors_keys(tmp_path):
    state = str(tmp_path / "st")
    with router(state=state) as served:
        assert served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "a kite"}).status == 200
    (tmp_path / "genlock.yaml").write_text('accounts: { fal: { api_key: "${NOT_SET_HERE}" } }\nkeys: [ "${NOR_THIS}" ]\n')
    done = run(["jobs", "--state", state], tmp_path)
    assert done.returncode == 0 and "a kite" in done.stdout and "in_progress" in done.stdout, done
    assert run(["check"], tmp_path).returncode == 2


@pytest.mark.parametrize("words", [[], ["keys"], ["vendor"]])
def test_a_command_without_its_verb_is_wrong_usage(tmp_path, words):
    done = run(words, tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and "USAGE" in done.stderr, done
    asked = run([*words, "--help"], tmp_path)
    assert asked.returncode == 0 and "USAGE" in asked.stdout, asked


def test_what_a_server_sends_does_not_reach_the_terminal_raw(tmp_path):
    evil = "\x1b]0;x\x07\x1b[31m\nFAKE\u202e\u2028\u200b"

    class HostileServer(FakeServer):
        def answer(self, handler):
            if handler.command == "GET":
                return handler.reply({"data": [{"id": "v" + evil, "status": "failed" + evil, "model": evil, "prompt": evil}], "has_more": False})
            handler.read_body()
            handler.reply({"error": {"message": evil, "code": "x"}}, 400)

    with HostileServer() as server:
        shown = [run(words, tmp_path) for words in (
            ["jobs", "--url", server.url], ["jobs", "--url", server.url, "--json"], ["generate", *CLIP, "--url", server.url])]
    assert [done.returncode for done in shown] == [0, 0, 2], shown
    for done in shown:
        text = done.stdout + done.stderr
        assert "FAKE" in text and not set(text) & set("\x1b\x07\u202e\u2028\u200b") and "\nFAKE" not in text, text
    assert json.loads(shown[1].stdout)["id"] == "v" + evil


def test_an_untouched_template_fails_the_check(tmp_path):
    assert run(["vendor", "new", "acme", "--data"], tmp_path).returncode == 0
    (tmp_path / "genlock.yaml").write_text("vendors: vendors\naccounts: { acme: { api_key: none-yet } }\n")
    done = run(["check"], tmp_path)
    assert done.returncode == 2 and "acme.json:2: docs is missing" in done.stderr and "acme/example" in done.stdout, done
