"""URLs in answers, which need no key and name no vendor, and the small store behind `/v1/upload`."""

import hashlib
import os
import subprocess
import urllib.request

import pytest

from fake_server import FakeServer
from harness import binary, router
from dialect_clients import POLLED, LTX, PICTURE, OpenAI, Siraya


def finished(dialect):
    done, _ = dialect.wait(dialect.id(dialect.create(dialect.body("test/card"))))
    return dialect.link(done)


@pytest.mark.parametrize("kind", POLLED, ids=lambda s: s.name)
def test_a_link_names_what_the_client_called_and_serves_ranges(shared_router, document, kind):
    link = finished(kind(shared_router, document))
    assert link.startswith(shared_router.url + "/files/video_")
    path = link.removeprefix(shared_router.url)
    whole = shared_router.call("GET", path)
    assert whole.status == 200 and whole.headers["content-type"] == "video/mp4" and int(whole.headers["content-length"]) == len(whole.body)
    part = shared_router.call("GET", path, headers={"Range": "bytes=4-11"})
    assert part.status == 206 and part.body == whole.body[4:12] and part.headers["content-range"] == f"bytes 4-11/{len(whole.body)}"
    assert shared_router.call("HEAD", path).headers["content-length"] == str(len(whole.body))
    assert shared_router.call("GET", path, headers={"Range": "bytes=999999999-"}).status == 416
    for changed in (path.replace("signature=", "signature=A"), path.replace("expires=", "expires=1"), path.split("?")[0]):
        assert shared_router.call("GET", changed).status == 404


def test_who_calls_by_another_name_gets_links_with_it(shared_router, document):
    dialect = OpenAI(shared_router, document)
    id = dialect.id(dialect.create(dialect.body("test/card")))
    dialect.wait(id)
    port = shared_router.port

    def link(**headers):
        return shared_router.call("GET", f"/openai/v1/videos/{id}", headers={k.replace("_", "-"): v for k, v in headers.items()}).json["url"]

    assert link(Host=f"localhost:{port}").startswith(f"http://localhost:{port}/files/")
    assert link(Host="localhost").startswith("http://localhost/files/")


def test_with_keys_any_plain_host_is_taken_and_nothing_else():
    config = f"keys:\n  - {{ name: studio, sha256: {hashlib.sha256(b'k').hexdigest()} }}\n"
    key = {"Authorization": "Bearer k"}
    with router(config, env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        dialect = OpenAI(served, headers=key)
        id = dialect.id(dialect.create(dialect.body("test/card")))
        dialect.wait(id)
        for host, wanted in (("video.example", "http://video.example/"), ("video.example:8443", "http://video.example:8443/"), ("[2001:db8::1]:80", "http://[2001:db8::1]:80/")):
            assert served.call("GET", f"/v1/videos/{id}", headers=key | {"Host": host}).json["url"].startswith(wanted)
        for shown, wanted in (("https", "https://localhost/files/"), ("javascript", "http://localhost/files/")):
            headers = key | {"Host": "localhost", "X-Forwarded-Proto": shown}
            assert served.call("GET", f"/v1/videos/{id}", headers=headers).json["url"].startswith(wanted)
        for host in ("a/b", "a b", "user@evil.example", "a?b", "x:0", "a,b"):
            answer = served.call("GET", f"/v1/videos/{id}", headers=key | {"Host": host})
            assert answer.status == 400 or answer.json["url"].startswith("http://localhost/"), (host, answer.body)


def test_a_configured_url_stands_in_front_whatever_the_client_called():
    with router("public_url: https://video.example\n", env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        for kind in POLLED:
            assert finished(kind(served)).startswith("https://video.example/files/")


def test_links_expire_and_outlive_a_rotation(tmp_path):
    state = str(tmp_path / "state")
    quick = {"GENLOCK_TEST_RENDER_SECONDS": "0.2"}
    with router(state=state, env=quick) as served:
        path = finished(Siraya(served)).removeprefix(served.url)
        assert served.call("GET", path).status == 200
    subprocess.run([binary(), "keys", "rotate", "--state", state], check=True, capture_output=True)
    with router(state=state, env=quick) as served:
        assert served.call("GET", path).status == 200
        assert served.call("GET", finished(Siraya(served)).removeprefix(served.url)).status == 200
    with router("limits: { link_ttl: 1s }\n", env=quick) as served:
        path = finished(Siraya(served)).removeprefix(served.url)
        import time

        time.sleep(1.2)
        assert served.call("GET", path).status == 404


class LeakyVendor(FakeServer):
    """Shaped like OpenAI's API, done at once; what it says of itself must not come through."""

    LEAKS = {"Server": "leak-server", "X-Request-Id": "leak-request", "Set-Cookie": "leak=1", "Via": "leak-via", "X-Leak": "leak",
             "Location": "http://leak.example/"}

    def answer(self, handler):
        if handler.command == "POST":
            handler.read_body()
            handler.reply({"id": "upstream-id", "status": "queued"}, headers=self.LEAKS)
        elif handler.path.endswith("/content"):
            handler.reply(b"\x00\x00\x00\x18ftypisom" + b"clip" * 64, kind="video/mp4", headers=self.LEAKS)
        else:
            handler.reply({"id": "upstream-id", "status": "completed", "progress": 100}, headers=self.LEAKS)


def test_a_link_needs_no_key_and_reveals_nothing():
    vendor = LeakyVendor()
    keys = f"keys:\n  - {{ name: studio, sha256: {hashlib.sha256(b'k').hexdigest()} }}\n"
    account = f"accounts:\n  cellar: {{ vendor: openai-compatible, base_url: '{vendor.url}/v1', api_key: hidden-key }}\n"
    with router(keys + account) as served:
        links = {}
        for kind in POLLED:
            dialect = kind(served, headers={"Authorization": "Bearer k"})
            done, _ = dialect.wait(dialect.id(dialect.create(dialect.body("cellar/basement"))))
            links[kind] = dialect.link(done).removeprefix(served.url)
            assert served.call("GET", links[kind].split("?")[0]).status in (401, 404)
        for path in links.values():
            clip = served.call("GET", path)
            assert clip.status == 200 and clip.body.endswith(b"clip"), clip.body[:200]
            assert served.call("GET", path, headers={"Authorization": "Bearer wrong"}).status == 200
            part = served.call("GET", path, headers={"Range": "bytes=-4"})
            assert (part.status, part.body) == (206, b"clip")
            shown = [path, str(clip.headers), str(part.headers), *(str(served.call(m, path).headers) for m in ("HEAD", "OPTIONS"))]
            for word in ("cellar", "basement", "studio", "openai-compatible", "upstream", "leak", "hidden", str(vendor.port)):
                assert word not in " ".join(shown).lower(), (word, shown)
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                assert served.call(method, path, b"x").status in (404, 405)
            gone = served.call("GET", path.replace("expires=", "expires=9"))
            assert gone.status == 404 and b"cellar" not in gone.body
        # One link's signature is of no use to another's, nor to what else the job has.
        (first, second), key = list(links.values())[:2], {"Authorization": "Bearer k"}
        mixed = second.split("?")[0] + "?" + first.split("?")[1]
        assert served.call("GET", mixed).status == 404
        id = first.split("/files/")[1].split("?")[0].split("/")[0].split(".")[0]
        for other in (f"/v1/videos/{id}?" + first.split("?")[1], f"/v1/videos/{id}/content?" + first.split("?")[1], "/v1/videos?" + first.split("?")[1]):
            assert served.call("GET", other).status == 401, other
            assert served.call("GET", other, headers=key).status in (200, 404), other
    vendor.close()


def put(url, data, headers=None):
    request = urllib.request.Request(url, data=data, method="PUT", headers=headers or {"Content-Type": "image/png"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.status


def test_a_file_is_brought_and_used(shared_router, document):
    dialect = LTX(shared_router, document)
    place = dialect.call("POST", "/v1/upload", headers={"Content-Length": "0"})
    assert place.status == 200 and place.json["storage_uri"].startswith("ltx://uploads/upl_")
    assert put(place.json["upload_url"], PICTURE, {"Content-Type": "image/png", **place.json["required_headers"]}) == 200
    submitted = dialect.create(dialect.body("test/card", place.json["storage_uri"]))
    assert submitted.status == 202 and "warnings" not in submitted.json, submitted.body
    # Another dialect knows it too, by its name or its URL.
    other = Siraya(shared_router, document)
    assert other.create(other.body("test/card", place.json["storage_uri"])).status == 200
    assert other.create(other.body("test/card", place.json["upload_url"].split("?")[0])).status == 200
    never = dialect.call("POST", "/v1/upload", headers={"Content-Length": "0"}).json["storage_uri"]
    refused = dialect.create(dialect.body("test/card", never))
    assert refused.status == 400 and "upload" in dialect.refusal(refused)[0]
    with open(os.path.join(shared_router.state, "uploads", place.json["storage_uri"].rsplit("/", 1)[1]), "rb") as kept:
        assert kept.read() == PICTURE


def test_what_is_no_place_takes_no_file(shared_router, document):
    url = LTX(shared_router, document).call("POST", "/v1/upload", headers={"Content-Length": "0"}).json["upload_url"]
    path = url.removeprefix(shared_router.url)
    for wrong in (path.replace("signature=", "signature=A"), path.split("?")[0], "/uploads/../seal.keys?signature=x", "/uploads/upl_?signature=", path.replace("upl_", "upl_A")):
        assert shared_router.call("PUT", wrong, PICTURE).status == 404, wrong
    assert shared_router.call("GET", path).status in (404, 405)


def test_an_upload_is_its_owners_bounded_and_short_lived(tmp_path):
    import time

    keys = "".join(f"  - {{ name: {n}, sha256: {hashlib.sha256(n.encode()).hexdigest()} }}\n" for n in ("ana", "ben"))
    config = f"keys:\n{keys}limits: {{ max_upload_bytes: 4 KiB, max_stored_upload_bytes: 6 KiB, upload_ttl: 3s, upload_url_ttl: 2s }}\n"
    state = str(tmp_path / "state")
    with router(config, state=state) as served:
        ana, ben = (LTX(served, headers={"Authorization": f"Bearer {n}"}) for n in ("ana", "ben"))

        def place():
            return ana.call("POST", "/v1/upload", headers={"Content-Length": "0"}).json

        first, late = place(), place()
        assert put(first["upload_url"], PICTURE) == 200
        assert ana.create(ana.body("test/card", first["storage_uri"])).status == 202
        assert ben.create(ben.body("test/card", first["storage_uri"])).status == 400
        # Too large by its length, too large without one, and more than the folder takes.
        assert served.call("PUT", place()["upload_url"].removeprefix(served.url), b"x" * 5000).status == 413
        assert b" 413 " in served.raw(
            f"PUT {place()['upload_url'].removeprefix(served.url)} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            + b"1000\r\n" + b"x" * 4096 + b"\r\n10\r\n" + b"x" * 16 + b"\r\n0\r\n\r\n")
        assert put(place()["upload_url"], b"x" * 4096) == 200
        full = served.call("PUT", place()["upload_url"].removeprefix(served.url), b"x" * 4096)
        assert full.status == 507 and full.headers["retry-after"]
        # What was refused is dropped behind its answer.
        left = []
        for _ in range(60):
            left = os.listdir(os.path.join(state, "uploads"))
            if len(left) == 2:
                break
            time.sleep(0.05)
        assert len(left) == 2, left
        time.sleep(3.1)
        assert ana.create(ana.body("test/card", first["storage_uri"])).status == 400
        assert served.call("PUT", late["upload_url"].removeprefix(served.url), PICTURE).status == 404
    with router(config, state=state):
        time.sleep(0.3)
        assert os.listdir(os.path.join(state, "uploads")) == []


def test_a_clip_made_here_goes_into_the_next_job(shared_router, document):
    """A vendor could not fetch it from a machine that the world cannot reach, so its bytes are sent along."""
    dialect = LTX(shared_router, document)
    link = finished(dialect)
    extended = dialect.call("POST", "/v2/extend", {"video_uri": link, "duration": 5, "model": "test/card"})
    assert extended.status == 202, extended.body
    done, _ = dialect.wait(dialect.id(extended), "/v2/extend")
    assert done.json["status"] == "completed"
    forged = dialect.call("POST", "/v2/extend", {"video_uri": link.replace("signature=", "signature=A"), "duration": 5, "model": "test/card"})
    assert forged.status in (202, 400)
