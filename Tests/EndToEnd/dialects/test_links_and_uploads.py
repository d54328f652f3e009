"""URLs in answers, which need no key and name no vendor, and the small store behind `/v1/upload`."""

import os
import subprocess
import urllib.request

import pytest

from harness import binary, router
from speakers import ASKED, LTX, PICTURE, OpenAI, Siraya


def finished(speaker):
    done, _ = speaker.wait(speaker.id(speaker.create(speaker.body("test/card"))))
    return speaker.link(done)


@pytest.mark.parametrize("kind", ASKED, ids=lambda s: s.name)
def test_a_link_names_what_the_client_called_and_serves_ranges(rehearsal, document, kind):
    link = finished(kind(rehearsal, document))
    assert link.startswith(rehearsal.url + "/files/video_")
    path = link.removeprefix(rehearsal.url)
    whole = rehearsal.call("GET", path)
    assert whole.status == 200 and whole.headers["content-type"] == "video/mp4" and int(whole.headers["content-length"]) == len(whole.body)
    part = rehearsal.call("GET", path, headers={"Range": "bytes=4-11"})
    assert part.status == 206 and part.body == whole.body[4:12] and part.headers["content-range"] == f"bytes 4-11/{len(whole.body)}"
    assert rehearsal.call("HEAD", path).headers["content-length"] == str(len(whole.body))
    assert rehearsal.call("GET", path, headers={"Range": "bytes=999999999-"}).status == 416
    for changed in (path.replace("signature=", "signature=A"), path.replace("expires=", "expires=1"), path.split("?")[0]):
        assert rehearsal.call("GET", changed).status == 404


def test_who_calls_by_another_name_gets_links_with_it(rehearsal, document):
    speaker = OpenAI(rehearsal, document)
    id = speaker.id(speaker.create(speaker.body("test/card")))
    speaker.wait(id)
    port = rehearsal.port

    def link(**headers):
        return rehearsal.call("GET", f"/openai/v1/videos/{id}", headers={k.replace("_", "-"): v for k, v in headers.items()}).json["url"]

    assert link(Host=f"localhost:{port}").startswith(f"http://localhost:{port}/files/")
    assert link(Host="localhost", X_Forwarded_Proto="https").startswith("https://localhost/files/")
    assert link(Host="localhost", X_Forwarded_Proto="javascript").startswith("http://localhost/files/")


def test_with_keys_any_plain_host_is_taken_and_nothing_else():
    import hashlib

    config = f"keys:\n  - {{ name: studio, sha256: {hashlib.sha256(b'k').hexdigest()} }}\n"
    key = {"Authorization": "Bearer k"}
    with router(config, env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        speaker = OpenAI(served, headers=key)
        id = speaker.id(speaker.create(speaker.body("test/card")))
        speaker.wait(id)
        for host, wanted in (("video.example", "http://video.example/"), ("video.example:8443", "http://video.example:8443/"), ("[2001:db8::1]:80", "http://[2001:db8::1]:80/")):
            assert served.call("GET", f"/v1/videos/{id}", headers=key | {"Host": host}).json["url"].startswith(wanted)
        for host in ("a/b", "a b", "user@evil.example", "a?b", "x:0", "a,b"):
            answer = served.call("GET", f"/v1/videos/{id}", headers=key | {"Host": host})
            assert answer.status == 400 or answer.json["url"].startswith("http://localhost/"), (host, answer.body)


def test_a_configured_url_stands_in_front_whatever_the_client_called():
    with router("public_url: https://video.example\n", env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        for kind in ASKED:
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
    with router("limits: { link_life: 1s }\n", env=quick) as served:
        path = finished(Siraya(served)).removeprefix(served.url)
        import time

        time.sleep(1.2)
        assert served.call("GET", path).status == 404


def put(url, data, headers=None):
    request = urllib.request.Request(url, data=data, method="PUT", headers=headers or {"Content-Type": "image/png"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.status


def test_a_file_is_brought_and_used(rehearsal, document):
    speaker = LTX(rehearsal, document)
    place = speaker.call("POST", "/v1/upload", headers={"Content-Length": "0"})
    assert place.status == 200 and place.json["storage_uri"].startswith("ltx://uploads/upl_")
    assert put(place.json["upload_url"], PICTURE, {"Content-Type": "image/png", **place.json["required_headers"]}) == 200
    submitted = speaker.create(speaker.body("test/card", place.json["storage_uri"]))
    assert submitted.status == 202 and "warnings" not in submitted.json, submitted.body
    # Another dialect knows it too, by its name or its URL.
    other = Siraya(rehearsal, document)
    assert other.create(other.body("test/card", place.json["storage_uri"])).status == 200
    assert other.create(other.body("test/card", place.json["upload_url"].split("?")[0])).status == 200
    never = speaker.call("POST", "/v1/upload", headers={"Content-Length": "0"}).json["storage_uri"]
    refused = speaker.create(speaker.body("test/card", never))
    assert refused.status == 400 and "upload" in speaker.refusal(refused)[0]
    with open(os.path.join(rehearsal.state, "uploads", place.json["storage_uri"].rsplit("/", 1)[1]), "rb") as kept:
        assert kept.read() == PICTURE


def test_what_is_no_place_takes_no_file(rehearsal, document):
    url = LTX(rehearsal, document).call("POST", "/v1/upload", headers={"Content-Length": "0"}).json["upload_url"]
    path = url.removeprefix(rehearsal.url)
    for wrong in (path.replace("signature=", "signature=A"), path.split("?")[0], "/uploads/../seal.keys?signature=x", "/uploads/upl_?signature=", path.replace("upl_", "upl_A")):
        assert rehearsal.call("PUT", wrong, PICTURE).status == 404, wrong
    assert rehearsal.call("GET", path).status in (404, 405)


def test_an_upload_is_its_owners_bounded_and_short_lived(tmp_path):
    import hashlib
    import time

    keys = "".join(f"  - {{ name: {n}, sha256: {hashlib.sha256(n.encode()).hexdigest()} }}\n" for n in ("ana", "ben"))
    config = f"keys:\n{keys}limits: {{ upload_bytes: 4 KiB, uploads_bytes: 6 KiB, upload_life: 3s, upload_time: 2s }}\n"
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


def test_a_clip_made_here_goes_into_the_next_job(rehearsal, document):
    """A vendor could not fetch it from a machine that the world cannot reach, so its bytes are sent along."""
    speaker = LTX(rehearsal, document)
    link = finished(speaker)
    extended = speaker.call("POST", "/v2/extend", {"video_uri": link, "duration": 5, "model": "test/card"})
    assert extended.status == 202, extended.body
    done, _ = speaker.wait(speaker.id(extended), "/v2/extend")
    assert done.json["status"] == "completed"
    forged = speaker.call("POST", "/v2/extend", {"video_uri": link.replace("signature=", "signature=A"), "duration": 5, "model": "test/card"})
    assert forged.status in (202, 400)
