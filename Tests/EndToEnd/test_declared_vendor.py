"""A vendor that has no Swift: one file of data in a folder, from submission to bytes, and its mistakes."""

import json
import pathlib
import re
import subprocess

import pytest

from fake_server import FakeServer
from harness import ROOT, binary, router, wait_until_ended

CLIP = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8


class FakeTaskQueue(FakeServer):
    """A task queue with words of its own; records every request."""

    def __init__(self):
        self.seen, self.status_calls, self.outcome = [], 0, "ok"
        super().__init__()

    def answer(self, handler):
        text = handler.read_body()
        self.seen.append((handler.command, handler.path, handler.headers.get("X-Acme-Key"), json.loads(text) if text else None))
        if handler.path == "/clip.mp4":
            return handler.reply(CLIP, kind="video/mp4")
        if handler.command == "POST" and handler.path == "/v2/eu/jobs":
            if self.outcome == "broke":
                return handler.reply({"code": 77, "msg": "no credits left"})
            return handler.reply({"code": 0, "data": {"job": {"no": 4711}}})
        if handler.command == "DELETE":
            return handler.reply({"code": 0})
        self.status_calls += 1
        if self.status_calls == 1:
            return handler.reply({"code": 0, "data": {"phase": "cooking", "done": 0.25}})
        if self.outcome == "rude":
            return handler.reply({"code": 0, "data": {"phase": "burnt", "why": "rude words"}, "errno": 13})
        result = json.dumps({"clips": [{"href": self.url + "/clip.mp4"}]})
        handler.reply({"code": 0, "data": {"phase": "served", "result": result}})


ACME = {
    "vendor": "acme", "title": "Acme", "host": "https://api.acme.example/v2/{region}", "auth": {"header": "X-Acme-Key", "prefix": "k:"},
    "key": "ACME_KEY", "settings": {"region": {"fallback": "eu"}}, "media": {"image": "url"}, "poll_seconds": 0.5,
    "values": {"tier": {"1080p": "fhd"}, "audio": {"true": "on", "false": "off"}},
    "start": {"path": "/jobs", "body": {"task": "{model}", "input": {
        "text": "{prompt}", "length": "{seconds}s", "quality": "{tier|hd}", "shape": "{ratio}", "sound": "{audio}",
        "frames": [{"url": "{first_frame}", "at": "start"}, {"url": "{last_frame}", "at": "end"}]}}},
    "accepted": {"id": "data.job.no"},
    "status": {"path": "/jobs/{id}"},
    "state": {"at": "data.phase", "percent": "data.done", "whole": 1, "words": {"queued": "waiting", "running": "cooking", "done": "served", "failed": "burnt"}},
    "result": {"videos": "data.result.(json).clips[].href"},
    "cancel": {"method": "DELETE", "path": "/jobs/{id}"},
    "errors": {"code": ["errno", "code"], "message": ["msg", "data.why"], "fine": 0, "kinds": {"balance": 77, "moderated": 13}, "proofs": 77},
    "defaults": {"seconds": [5, 10], "tiers": ["720p", "1080p"], "ratios": ["16:9", "9:16"], "audio": "optional",
                 "usual": {"seconds": 5, "tier": "720p", "ratio": "16:9"}},
    "models": {"one": {"upstream": "acme-one-2026", "modes": ["text", "image", "first_last"], "prices": [{"second": 0.05}]}},
}


@pytest.fixture
def declared_vendor(tmp_path):
    """A router with the vendor, and the vendor."""
    queue = FakeTaskQueue()
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "acme.json").write_text(json.dumps(ACME))
    config = f"vendors: {tmp_path}/vendors\naccounts:\n  acme: {{ api_key: SECRET-1, base_url: '{queue.url}/v2/eu' }}\n"
    with router(config) as served:
        yield served, queue
    queue.close()


def test_a_job_goes_through(declared_vendor):
    served, queue = declared_vendor
    created = served.call("POST", "/v1/videos", {"model": "acme/one", "prompt": "A kite", "seconds": "10", "size": "1080x1920"})
    assert created.status == 200, created.body
    done = wait_until_ended(served, f"/v1/videos/{created.json['id']}")
    assert done["status"] == "completed" and done["progress"] == 100
    assert served.call("GET", f"/v1/videos/{created.json['id']}/content").body == CLIP
    method, path, key, body = queue.seen[0]
    assert (method, path, key) == ("POST", "/v2/eu/jobs", "k:SECRET-1")
    assert body == {"task": "acme-one-2026", "input": {"text": "A kite", "length": "10s", "quality": "fhd", "shape": "9:16"}}
    assert [s[:3] for s in queue.seen[1:3]] == [("GET", "/v2/eu/jobs/4711", "k:SECRET-1")] * 2
    assert queue.seen[-1][:3] == ("GET", "/clip.mp4", None), "a URL out of an answer sees no key"
    assert "SECRET-1" not in served.log()
    assert any(model["id"] == "acme/one" for model in served.call("GET", "/v1/models").json["data"])


def test_images_audio_and_refusals(declared_vendor):
    served, queue = declared_vendor
    body = {"model": "acme/one", "prompt": "A kite", "image_url": "https://example.com/a.png", "seconds": 5, "generate_audio": True,
            "async": True}
    created = served.call("POST", "/siraya/v1/videos/generations", body)
    assert created.status == 200, created.body
    sent = queue.seen[0][3]["input"]
    assert sent["frames"] == [{"url": "https://example.com/a.png", "at": "start"}]
    assert sent["sound"] == "on" and sent["quality"] == "hd"
    refused = served.call("POST", "/v1/videos", {"model": "acme/one", "prompt": "x", "seconds": "7"})
    assert refused.status == 400 and "'5' and '10'" in refused.json["error"]["message"]
    assert len([s for s in queue.seen if s[0] == "POST"]) == 1, "nothing was sent for a value that the model does not take"


def test_its_own_words_for_failure(declared_vendor):
    served, queue = declared_vendor
    queue.outcome = "rude"
    created = served.call("POST", "/v1/videos", {"model": "acme/one", "prompt": "A kite", "seconds": "5"})
    failed = wait_until_ended(served, f"/v1/videos/{created.json['id']}")
    assert failed["status"] == "failed" and failed["error"]["message"] == "rude words"
    assert "policy" in failed["error"]["code"] or "moderat" in failed["error"]["code"], failed
    queue.outcome = "broke"
    refused = served.call("POST", "/v1/videos", {"model": "acme/one", "prompt": "A kite", "seconds": "5"})
    assert refused.status >= 400 and refused.json["error"].get("code") != "create_ambiguous", refused.body


def test_mistakes_have_a_line(tmp_path):
    text = json.dumps(ACME, indent=1).replace('"path": "/jobs/{id}"', '"path": "/jobs/{job}"', 1)
    (tmp_path / "acme.json").write_text(text)
    config = tmp_path / "genlock.yaml"
    config.write_text(f"vendors: {tmp_path}\naccounts: {{}}\n")
    shown = subprocess.run([binary(), "check", "--config", config], capture_output=True, text=True)
    line = 1 + text[: text.index("{job}")].count("\n")
    assert shown.returncode == 2
    assert f"acme.json:{line}: status.path: '{{job}}' is nothing that can be filled in." in shown.stderr, shown.stderr


def test_a_new_file_is_whole(tmp_path):
    made = subprocess.run([binary(), "vendor", "new", "acme-video", "--data", "--host", "https://api.acme.example"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0 and "wrote  vendors/acme-video.json" in made.stdout, made.stdout + made.stderr
    config = tmp_path / "genlock.yaml"
    config.write_text(f"vendors: vendors\naccounts:\n  acme-video: {{ api_key: k }}\nstate: {tmp_path}/state\n")
    check = lambda: subprocess.run([binary(), "check", "--config", config], cwd=tmp_path, capture_output=True, text=True)
    untouched = check()
    assert untouched.returncode == 2 and "acme-video.json:2: docs is missing" in untouched.stderr, untouched.stdout + untouched.stderr
    file = tmp_path / "vendors" / "acme-video.json"
    file.write_text(re.sub(r"FILL IN: [^\"]*", "https://acme.example/docs", file.read_text()))
    shown = check()
    assert shown.returncode == 0 and "acme-video" in shown.stdout, shown.stdout + shown.stderr
    listed = subprocess.run([binary(), "models", "--config", config, "--vendor", "acme-video"], cwd=tmp_path, capture_output=True, text=True)
    assert "acme-video/example" in listed.stdout
    assert pathlib.Path(ROOT / "config/vendors/example.json").exists()
