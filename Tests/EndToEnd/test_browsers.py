"""What Chromium sends for a page on another origin that makes a job, polls it and plays the clip, and what it must find in the answers."""

import hashlib

from harness import router, wait_until_ended

PAGE = "https://app.example.com"
KEYS = f"keys:\n  - {{ name: studio, sha256: {hashlib.sha256(b'k').hexdigest()} }}\n"
QUICK = {"GENLOCK_TEST_RENDER_SECONDS": "0.1"}
FETCH = {"Origin": PAGE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
KEY = {"Authorization": "Bearer k"}


def preflight(served, method, path, fields="authorization,content-type"):
    asked = FETCH | {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": fields}
    return served.call("OPTIONS", path, headers=asked)


def test_a_page_creates_a_job_and_loads_its_video():
    with router(KEYS + f'cors: ["{PAGE}"]\n', env=QUICK) as served:
        allowed = preflight(served, "POST", "/v1/videos")
        assert allowed.status == 204 and allowed.headers["access-control-allow-origin"] == PAGE
        made = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "A red kite", "seconds": "4"}, headers=FETCH | KEY)
        assert made.status == 200 and made.headers["access-control-allow-origin"] == PAGE
        assert (made.json["size"], made.json["seconds"]) == ("720x1280", "4")
        assert "genlock-cost" in made.headers["access-control-expose-headers"]
        done = wait_until_ended(served, f"/v1/videos/{made.json['id']}", headers=FETCH | KEY)
        link = done["url"].removeprefix(served.url)
        # <video crossorigin>: no key, a range, any origin.
        clip = served.call("GET", link, headers={"Origin": "https://any.example", "Sec-Fetch-Site": "cross-site", "Range": "bytes=0-"})
        assert clip.status == 206 and clip.headers["access-control-allow-origin"] == "*"
        assert clip.headers["content-type"] == "video/mp4" and clip.headers["x-content-type-options"] == "nosniff"
        assert served.call("GET", link, headers={"If-None-Match": clip.headers["etag"]}).status == 304
        name = clip.headers["content-disposition"]
        assert name.startswith('inline; filename="a-red-kite-') and name.endswith('.mp4"'), name
        assert len(link.rsplit("/", 1)[1]) < 255 and link.rsplit("/", 1)[1].split("?")[0].endswith(".mp4")
        assert preflight(served, "GET", "/v1/models").status == 204
        refused = served.call("OPTIONS", "/v1/videos", headers=FETCH | {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"})
        assert refused.status == 403 and 'cors: ["https://other.example"]' in refused.json["error"]["message"]


def test_a_server_without_keys_is_for_programs_of_its_own_machine():
    with router("{}\n", env=QUICK) as served:
        body = {"model": "sora-2", "prompt": "A red kite"}
        assert served.call("POST", "/v1/videos", body).status == 200
        for headers in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Real-IP": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"Via": "1.1 proxy"},
                        {"X-Forwarded-Host": "video.example.com"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"},
                        {"Origin": f"evil//127.0.0.1:{served.port}"}, {"Origin": f"https://127.0.0.1:{served.port}"}):
            for method, path in (("POST", "/v1/videos"), ("GET", "/v1/models"), ("GET", "/v1/videos/x?wait=0")):
                answer = served.call(method, path, body if method == "POST" else None, headers=headers)
                assert answer.status == 403, (headers, answer.status)
        target = f"GET http://evil.example/v1/models HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nConnection: close\r\n\r\n"
        assert served.raw(target.encode()).split()[1] == b"403"


def test_links_end_with_the_key_of_their_owner(tmp_path):
    state = str(tmp_path / "state")
    with router(KEYS, env=QUICK, state=state) as served:
        made = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "A red kite"}, headers=KEY)
        link = wait_until_ended(served, f"/v1/videos/{made.json['id']}", headers=KEY)["url"].removeprefix(served.url)
        assert served.call("HEAD", link).status == 200
    with router(KEYS.replace("studio", "film"), env=QUICK, state=state) as served:
        assert served.call("HEAD", link).status == 404
    with router(KEYS, env=QUICK, state=state) as served:
        assert served.call("HEAD", link).status == 200
