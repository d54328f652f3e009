"""An answer about a job that is given again is given to its owner alone, in its words for this router, and only while it holds."""

import hashlib
import time

from harness import router, wait_until_ended

KEYS = "keys:\n" + "".join(f"  - {{ name: {name}, sha256: {hashlib.sha256(f'sk-{name}'.encode()).hexdigest()} }}\n" for name in ("ann", "bob"))
QUICK = {"GENLOCK_TEST_RENDER_SECONDS": "0.05"}


def bearer(name, **more):
    return {"Authorization": f"Bearer sk-{name}"} | more


def ended(served, headers=None):
    made = served.call("POST", "/v1/videos/generations", {"model": "sora-2", "prompt": "A kite", "seconds": 4}, headers=headers)
    assert made.status == 200, made.body
    path = f"/v1/videos/{made.json['id']}"
    wait_until_ended(served, path, headers=headers)
    return path


def test_to_its_owner_alone():
    with router(KEYS, env=QUICK) as served:
        path = ended(served, bearer("ann"))
        first = served.call("GET", path, headers=bearer("ann"))
        again = served.call("GET", path, headers=bearer("ann"))
        assert again.json == first.json and again.headers["genlock-cost"] == first.headers["genlock-cost"]
        assert again.headers["x-request-id"] != first.headers["x-request-id"]
        assert served.call("GET", path, headers=bearer("bob")).status == 404
        assert served.call("GET", path).status == 401
        assert served.call("GET", path, headers=bearer("eve")).status == 401
        assert served.call("GET", path, headers=bearer("ann")).json == first.json


def test_with_the_links_of_the_host_that_was_called():
    with router(KEYS, env=QUICK) as served:
        path = ended(served, bearer("ann"))
        link = lambda **headers: served.call("GET", path, headers=bearer("ann") | headers).json["data"][0]["url"]
        for _ in range(2):
            assert link().startswith(f"http://127.0.0.1:{served.port}/files/")
            assert link(Host="videos.example").startswith("http://videos.example/files/")
            assert link(Host="videos.example", **{"X-Forwarded-Proto": "https"}).startswith("https://videos.example/files/")


def test_not_after_the_job_was_deleted(tmp_path):
    with router(env=QUICK, state=str(tmp_path / "state")) as served:
        path = ended(served)
        for _ in range(8):  # By every loop.
            assert served.call("GET", path).json["status"] == "completed"
        assert served.call("DELETE", path).status == 200
        assert {served.call("GET", path).status for _ in range(8)} == {404}


def test_for_as_long_as_is_configured():
    with router("limits: { status_cache_ttl: 1s, link_ttl: 1h }\n", env=QUICK) as served:
        path = ended(served)
        link = lambda: served.call("GET", path).json["data"][0]["url"]
        first, deadline = link(), time.monotonic() + 30
        while link() == first:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_no_longer_than_the_vendors_poll_interval():
    with router("limits: { status_cache_ttl: 5min }\n", env={"GENLOCK_TEST_RENDER_SECONDS": "1"}) as served:
        made = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "A kite", "seconds": 4})
        deadline = time.monotonic() + 30
        while served.call("GET", f"/v1/videos/{made.json['id']}").json["status"] != "completed":
            assert time.monotonic() < deadline
