"""Prices of the real program: the vendors' lists, own contracts, and what a key with a budget can use."""

import hashlib
import json
import subprocess
import urllib.parse

import pytest

from fake_server import FakeServer
from harness import binary, router


class FakePriceLists(FakeServer):
    """Price lists of four vendors on one port, and a queue that takes every job."""

    def __init__(self):
        self.asked, self.fal, self.broken, self.started = [], {}, set(), []
        super().__init__()

    def answer(self, handler):
        body = handler.read_body()
        status, value = self.reply_to(handler.command, handler.path, json.loads(body) if body[:1] == b"{" else None)
        handler.reply(value, status)

    def reply_to(self, method, target, body):
        path, _, query = target.partition("?")
        self.asked.append((method, path))
        if path in self.broken:
            return 500, {"error": {"message": "out of order"}}
        if path == "/v1/models/pricing":
            ids = urllib.parse.parse_qs(query)["endpoint_id"]
            assert len(ids) <= 50
            return 200, {"prices": [
                {"endpoint_id": name, "unit_price": self.fal[name][0], "unit": self.fal[name][1], "currency": "USD"}
                for name in ids if name in self.fal]}
        if path == "/v1/models":
            return 200, {"data": [
                {"id": "luma/ray-1-6", "pricing": {"units": [
                    {"name": "video", "content": "video", "origin": "generated", "price": 0.4, "per": 1}]}},
                {"id": "openai/gpt-5", "pricing": {"units": [
                    {"name": "token", "content": "text", "origin": "generated", "price": 10, "per": 1000000}]}}]}
        if path == "/api/v1/videos/models":
            return 200, {"data": [
                {"id": "alibaba/wan-2.7", "pricing_skus": {"duration_seconds": "0.11"}},
                {"id": "runway/aleph-2", "pricing_skus": {"cents_per_fortnight": "1"}}]}
        if path == "/api/v3/model/pricing":
            seconds = float(body["inputs"].get("duration", 5))
            return 200, {"code": 200, "data": {"model_id": body["model_id"], "unit_price": 0.08 * seconds, "currency": "USD"}}
        self.started.append((path, body))
        number = len(self.started)
        return 200, {"request_id": f"r{number}", "id": f"r{number}", "status": "queued"}


@pytest.fixture
def lists():
    served = FakePriceLists()
    yield served
    served.close()


def run(tmp_path, *args):
    """Runs the program from another folder than that of its configuration."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    done = subprocess.run(
        [binary(), *args, "--config", str(tmp_path / "genlock.yaml")], cwd=elsewhere, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_the_vendors_lists_become_files_that_override_the_catalog(tmp_path, lists):
    accounts = "".join(f"  {name}: {{ api_key: k, base_url: \"{lists.url}\" }}\n" for name in ["fal", "aimlapi", "openrouter", "wavespeed"])
    (tmp_path / "genlock.yaml").write_text(f"vendors: ./vendors\naccounts:\n{accounts}")
    folder = tmp_path / "vendors"
    folder.mkdir()
    text_to_video = "fal-ai/kling-video/v2.5-turbo/pro/text-to-video"
    lists.fal = {text_to_video: (0.09, "second"), "fal-ai/hunyuan-video-v1.5/text-to-video": (900, "second"),
                 "fal-ai/veo3.1/fast": (0.15, "second")}

    code, out, err = run(tmp_path, "prices", "refresh", "--dry-run")
    assert code == 0 and "fal/kling-2.5-turbo-pro: 0.07 USD/second -> 0.09 USD/second" in out, (code, out, err)
    assert list(folder.iterdir()) == []

    code, out, err = run(tmp_path, "prices", "refresh")
    assert code == 0, (code, out, err)
    assert "openrouter/wan-2.7: 0.10 USD/second -> 0.11 USD/second" in out and "aimlapi/luma/ray-1-6" in out, out
    assert "more than ten times" in err and '"cents_per_fortnight" is not understood' in err, err
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"00-refreshed-{name}.json" for name in ["aimlapi", "fal", "openrouter", "wavespeed"]]
    written = json.loads((folder / "00-refreshed-fal.json").read_text())
    assert list(written["prices"][0]["models"]) == [text_to_video]

    def price(name):
        code, out, err = run(tmp_path, "prices", name, "--json")
        assert code == 0, err
        return [entry["price"] for entry in json.loads(out)]

    assert {"second": 0.09} in [{"second": entry["second"]} for entry in price("fal/kling-2.5-turbo-pro")]
    assert {"when": {"tier": "4k", "audio": "true"}, "second": 0.35} in [
        {"when": {k: v for k, v in e["when"].items() if k != "mode"}, "second": e["second"]} for e in price("fal/veo-3.1-fast")]

    # One list fails: what it said stays, and the others go on.
    lists.broken = {"/v1/models/pricing"}
    before = (folder / "00-refreshed-fal.json").read_bytes()
    (folder / "00-refreshed-openrouter.json").unlink()
    code, out, err = run(tmp_path, "prices", "refresh")
    assert code == 3 and "fal: the price list could not be read" in err, (code, err)
    assert (folder / "00-refreshed-fal.json").read_bytes() == before
    assert (folder / "00-refreshed-openrouter.json").exists()
    # Another endpoint is answered: the first one's price is kept.
    lists.broken, lists.fal = set(), {"fal-ai/kling-video/v2.5-turbo/pro/image-to-video": (0.08, "second")}
    assert run(tmp_path, "prices", "refresh")[0] == 0
    models = [name for entry in json.loads((folder / "00-refreshed-fal.json").read_text())["prices"] for name in entry["models"]]
    assert sorted(models) == ["fal-ai/kling-video/v2.5-turbo/pro/image-to-video", text_to_video]


def test_the_list_of_prices_fits_80_columns_and_names_source_and_date(tmp_path):
    (tmp_path / "genlock.yaml").write_text("prices: { \"fal/kling-2.0-master\": 0.01 USD/second }\n")
    code, out, err = run(tmp_path, "prices", "fal/*")
    assert code == 0 and max(len(line) for line in out.splitlines()) <= 80, [line for line in out.splitlines() if len(line) > 80]
    assert "2026-08-20" in out and "fal-model-atlas" in out and "second-hand" in out
    assert run(tmp_path, "prices", "no such model")[0] == 2


def test_the_example_of_the_readme_serves_a_key_with_a_budget(tmp_path, lists):
    digest = hashlib.sha256(b"gk-test").hexdigest()
    config = f"""
keys:
  - {{ name: studio, sha256: {digest}, rate: 60/min, budget: 25.00 USD/day }}
accounts:
  fal: {{ api_key: k, base_url: "{lists.url}" }}
  my-gpu: {{ vendor: openai-compatible, base_url: "{lists.url}/v1", api_key: none }}
aliases:
  sora-2: [ fal/veo-3.1-fast, my-gpu/wan-2.2 ]
prices:
  "my-gpu/*": 0.01 USD/second
"""
    key = {"Authorization": "Bearer gk-test"}
    with router(config) as served:
        made = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "A boat"}, headers=key)
        assert made.status == 200, made.body
        # The vendor's default has audio, and the client did not say that it wants none.
        assert made.headers["genlock-cost"] == "0.60 USD", made.headers
        assert lists.started[0][0] == "/fal-ai/veo3.1/fast"
        gpu = {"model": "my-gpu/wan-2.2", "prompt": "A boat", "seconds": "4"}
        made = served.call("POST", "/v1/videos", gpu, headers=key)
        assert made.status == 200 and made.headers["genlock-cost"] == "0.04 USD", (made.status, made.headers, made.body)
        dear = served.call("POST", "/v1/videos", {**gpu, "num_frames": 5000}, headers=key)
        assert dear.status == 400 and dear.json["error"]["code"] == "price_unknown" and "num_frames" in dear.json["error"]["message"]
        assert len(lists.started) == 2
