"""Every vendor over sockets: submit, poll and download through the router, with a fake vendor that checks each request and replays the answers."""

import concurrent.futures
import contextlib
import http.server
import json
import pathlib
import subprocess
import threading
import urllib.parse

import pytest

from harness import router, wait_for_end
from transcripts import FakeVendor, transcripts

# How a neutral job is said in Siraya's dialect.
SAID = {"prompt": "prompt", "negative_prompt": "negative_prompt", "seconds": "seconds", "tier": "resolution", "ratio": "aspect_ratio",
        "size": "size", "seed": "seed", "audio": "generate_audio", "watermark": "watermark", "fps": "fps"}


def said(transcript):
    """The job as a client would send it; None where this dialect has no words for it."""
    job, body = transcript.job, {"async": True}
    for name, value in job.items():
        if name == "media":
            if len(value) != 1 or value[0]["role"] != "first_frame" or "url" not in value[0]:
                return None
            body["image_url"] = value[0]["url"]
        elif name in SAID and not (name == "seconds" and value != int(value if value != "auto" else 0)):
            body[SAID[name]] = value
        else:
            return None
    # This dialect needs a prompt, and has a length of its own for pictures.
    return None if "prompt" not in body or ("image_url" in body and "seconds" not in body) else body


def chosen():
    """One text-to-video and one image-to-video case of each vendor that has one."""
    picked = {}
    for transcript in transcripts():
        if transcript.ends_well and transcript.facts.get("adapt", "strict") == "strict" and (body := said(transcript)):
            picked.setdefault((transcript.vendor, "image_url" in body), (transcript, body))
    return picked


@contextlib.contextmanager
def token_server(folder):
    """An OAuth token server, and a service account whose assertions it takes: the path of the account's file, and the assertions."""
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], capture_output=True, check=True).stdout
    taken = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            taken.append((form, dict(self.headers)))
            reply = json.dumps({"access_token": "ya29.a-token", "expires_in": 3599, "token_type": "Bearer"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = pathlib.Path(folder) / "service-account.json"
    path.write_text(json.dumps({
        "type": "service_account", "project_id": "my-proj", "private_key_id": "1", "private_key": pem.decode(),
        "client_email": "video@my-proj.iam.example", "token_uri": f"http://127.0.0.1:{server.server_address[1]}/token"}))
    try:
        yield path, taken
    finally:
        server.shutdown()


def account(name, transcript, fake, service_account):
    lines = [f"  {name}:", f"    vendor: {transcript.vendor}", f"    base_url: '{fake.url}{'/v1' if transcript.vendor == 'openai-compatible' else ''}'"]
    if transcript.vendor == "google-vertex":
        lines.append(f"    service_account: '{service_account}'")
    for key, value in transcript.facts.items():
        kind, _, field = key.partition(" ")
        if kind in ("secret", "setting") and field not in ("base_url",):
            lines.append(f"    {field}: '{value}'")
    return "\n".join(lines)


@pytest.fixture
def service_account(tmp_path):
    with token_server(tmp_path) as found:
        yield found


def test_every_vendor_from_submit_to_bytes(service_account):
    path, tokens = service_account
    cases = chosen()
    assert {"google-vertex", "skyreels"} <= {vendor for vendor, _ in cases}, sorted(cases)
    fakes = {key: FakeVendor(transcript) for key, (transcript, _) in cases.items()}
    names = {key: f"{key[0]}-{'image' if key[1] else 'text'}" for key in cases}
    config = "accounts:\n" + "\n".join(account(names[key], transcript, fakes[key], path) for key, (transcript, _) in cases.items())

    def play(served, key):
        transcript, body = cases[key]
        created = served.call("POST", "/v1/videos/generations", body | {"model": f"{names[key]}/{transcript.facts['model']}"})
        if created.status != 200:
            return f"{names[key]}: create: {created.status} {created.body[:300]!r}"
        done = wait_for_end(served, f"/v1/videos/{created.json['id']}", seconds=90)
        if done["status"] != "completed":
            return f"{names[key]}: {done}"
        clip = served.call("GET", f"/v1/videos/{created.json['id']}/content")
        if clip.status != 200 or (not fakes[key].inline and clip.body != FakeVendor.CLIP):
            return f"{names[key]}: content: {clip.status} {clip.body[:200]!r}"
        return None

    with router(config) as served, concurrent.futures.ThreadPoolExecutor(8) as pool:
        problems = [p for p in pool.map(lambda key: play(served, key), cases) if p]
    for fake in fakes.values():
        fake.close()
        problems += fake.faults
        if fake.posts > 1:
            problems.append(f"{fake.transcript.vendor}: {fake.posts} paid calls for one submission")
    assert tokens and all(form["grant_type"].endswith("jwt-bearer") and form["assertion"].count(".") == 2 for form, _ in tokens), tokens
    assert not any("authorization" in {name.lower() for name in headers} for _, headers in tokens), "a token server sees no key"
    print("\n".join(f"{vendor:20} {'image' if image else 'text'} {cases[vendor, image][0].path.name}" for vendor, image in sorted(cases)))
    assert not problems, "\n".join(problems)
