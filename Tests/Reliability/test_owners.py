"""Lists, deletes and everything else are for the owner's jobs alone."""

import hashlib
import os

from harness import router, wait_until_ended
from fake_vendor import FakeOpenAIVendor

FOREIGN = 2000 if os.environ.get("GENLOCK_SOAK") else 60


def keys(*names):
    lines = [f"  - {{ name: {name}, sha256: {hashlib.sha256(name.encode()).hexdigest()} }}" for name in names]
    return "keys:\n" + "\n".join(lines)


def test_foreign_ids_do_not_exist(tmp_path):
    # The vendor's calls are counted, so the server asks for nothing by itself.
    config = keys("alice", "bob") + "\nwatch: off"
    with FakeOpenAIVendor() as made, router(made.config(config), state=str(tmp_path / "state")) as served:
        made.can_cancel = True
        bearer = {name: {"Authorization": f"Bearer {name}"} for name in ("alice", "bob")}
        ids = {
            name: [served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": f"{n}"}, bearer[name]).json["id"] for n in range(FOREIGN)]
            for name in bearer
        }
        answers = {
            (answer.status, answer.body)
            for owner, other in (("alice", "bob"), ("bob", "alice"))
            for name in ids[owner]
            for answer in (
                served.call("GET", f"/v1/videos/{name}", headers=bearer[other]),
                served.call("GET", f"/v1/videos/{name}/content", headers=bearer[other]),
                served.call("POST", f"/v1/videos/{name}/cancel", headers=bearer[other]),
                served.call("DELETE", f"/v1/videos/{name}", headers=bearer[other]),
                served.call("GET", f"/v1/videos/{name[:-1]}{'A' if name[-1] != 'A' else 'Q'}", headers=bearer[owner]),
            )
        }
        assert [status for status, _ in answers] == [404]
        assert (made.paid_jobs.status_calls, made.paid_jobs.cancel_calls, made.paid_jobs.content_calls) == (0, 0, 0)
        for owner, other in (("alice", "bob"), ("bob", "alice")):
            assert {job["id"] for job in served.call("GET", "/v1/videos?limit=100", headers=bearer[owner]).json["data"]} <= set(ids[owner])
            assert served.call("GET", f"/v1/videos?after={ids[owner][0]}", headers=bearer[other]).status == 404


def test_pages_and_deletes(tmp_path):
    state = str(tmp_path / "state")
    with FakeOpenAIVendor() as made:
        with router(made.config(), state=state) as served:
            ids = [served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": f"{n}"}).json["id"] for n in range(7)]
            page = served.call("GET", "/v1/videos?limit=3").json
            assert [job["id"] for job in page["data"]] == ids[:3:-1] and page["has_more"] and page["last_id"] == ids[4]
            rising = served.call("GET", f"/v1/videos?limit=3&order=asc&after={ids[4]}").json
            assert [job["id"] for job in rising["data"]] == ids[5:] and not rising["has_more"]
            ended = wait_until_ended(served, f"/v1/videos/{ids[5]}")
            link = ended["url"].removeprefix(served.url)
            link = "/files/" + link.split("/files/")[1]
            assert served.call("GET", link).status == 200
            gone = served.call("DELETE", f"/v1/videos/{ids[5]}")
            assert gone.json == {"id": ids[5], "object": "video.deleted", "deleted": True}
            running = served.call("DELETE", f"/v1/videos/{ids[6]}")
            assert running.status in (200, 400)
        with router(made.config(), state=state) as served:
            for method, path in [("GET", ""), ("GET", "/content"), ("DELETE", "")]:
                assert served.call(method, f"/v1/videos/{ids[5]}{path}").status == 404
            assert served.call("GET", link).status == 404
            left = served.call("GET", f"/v1/videos?after={ids[5]}").json["data"]
            assert [job["id"] for job in left] == ids[4::-1]
            kept = served.call("GET", f"/v1/videos/{ids[0]}").json
            assert kept["prompt"] == "0" and kept["status"] in ("queued", "completed")
