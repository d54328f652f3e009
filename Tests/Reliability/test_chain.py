"""A Genlock whose vendor is another Genlock: ids inside ids, and names of models inside names of accounts."""

import pytest

from harness import router, wait_until_ended

MODELS = ["sora-2", "fal/some-owner/some-app/v2.5-turbo/pro/text-to-video", "some-account/" + "a-model-with-a-long-name" * 4]


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    with router(state=str(tmp_path_factory.mktemp("up") / "s")) as served:
        yield served


def config(upstream, journal="sqlite"):
    return f"""
journal: {journal}
accounts:
  up: {{ vendor: openai-compatible, base_url: "{upstream.url}/v1", api_key: none }}
  up-ltx: {{ vendor: ltx, base_url: "{upstream.url}/ltx", api_key: any }}
aliases:
  chained: [ {{ model: up/sora-2, adapt: nearest }} ]
"""


def creates():
    for model in [f"up/{name}" for name in MODELS] + ["chained"]:
        yield "/v1/videos", {"model": model, "prompt": "a chain", "seconds": "4", "size": "1280x720"}
    yield "/v1/videos", {"model": "up-ltx/ltx-2-3-fast", "prompt": "a chain", "seconds": "6", "size": "1920x1080"}
    yield "/siraya/v1/videos/generations", {"model": "up/sora-2", "prompt": "a chain", "seconds": 4}


@pytest.mark.parametrize("journal", ["sqlite", "off"])
def test_every_job_made_through_another_genlock_is_found_again(upstream, tmp_path, journal):
    made = []
    with router(config(upstream, journal), state=str(tmp_path / "s")) as served:
        for path, body in creates():
            answer = served.call("POST", path, body)
            assert answer.status == 200, (body, answer.body)
            made.append((body["model"], answer.json["id"]))
            assert journal == "off" or len(answer.json["id"]) <= 255
        ended = {id: wait_until_ended(served, f"/v1/videos/{id}?wait=5") for _, id in made}
        assert {video["status"] for video in ended.values()} == {"completed"}
    with router(config(upstream, journal), state=str(tmp_path / "s")) as served:
        for model, id in made:
            video = wait_until_ended(served, f"/v1/videos/{id}")
            assert video["status"] == "completed"
            clip = served.call("GET", f"/v1/videos/{id}/content")
            assert clip.status == 200 and clip.body[4:8] == b"ftyp", model
        if journal == "sqlite":
            assert {video["id"] for video in served.call("GET", "/v1/videos?limit=100").json["data"]} == {id for _, id in made}
