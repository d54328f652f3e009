"""Canaries: the secrets of the configuration, at the most verbose log level, with vendors that echo every header in their errors, appear
in no log line, no answer and no metric."""

import contextlib
import hashlib
import html
import http.client
import json
import re
import time
import urllib.parse

from vendor_faults import ANSWERS, FaultyVendor
from harness import router
from test_faults import LIMITS, SOAK, all_at_once, cases

CLIENT_KEY = "gk-CANARY-client-key-0123456789"
# Words that a request carries besides its secrets, and that may be shown.
PUBLIC = re.compile(r"^(application/json|identity|gzip|\*/\*|genlock|127\.0\.0\.1.*|\d+|close|keep-alive|multipart/form-data.*|[0-9a-f-]{36}|enable)$")


PROXIED = """  proxied:
    vendor: openai-compatible
    base_url: "http://127.0.0.1:9/v1"
    api_key: CANARYproxied0123
    proxy: "http://CANARYuser:CANARYpassword@127.0.0.1:9"
"""


def echo(status):
    """An error in every vendor's form at once, with all that was heard in every place."""
    def fault(fake, handler):
        heard = "; ".join(f"{name}: {value}" for name, value in handler.headers.items())
        key = handler.headers.get("Authorization") or heard
        text = f"bad request with {heard}"
        error = {"message": text, "code": key[:300], "type": text, "status": text, "param": text, "reason": text}
        body = {"error": error, "message": text, "msg": text, "detail": text, "code": 1200, "error_message": text, "Response": {"Error": {"Code": key, "Message": text}},
                "base_resp": {"status_code": 1004, "status_msg": text}, "ErrCode": 10003, "ErrMsg": text, "status": text, "request_id": key, "trace": text}
        reply = json.dumps(body).encode() if fake.left % 2 else html.escape(text).encode()
        kind = "application/json" if fake.left % 2 else "text/html"
        fake.send(handler, status, {"content-type": kind, "x-request-id": key, "x-trace-id": heard[:500], "retry-after": "1"}, reply)
    return fault


def redirect_elsewhere(fake, handler):
    """Sends the router elsewhere, with what it said in the address."""
    said = urllib.parse.quote(handler.headers.get("Authorization") or "none")
    fake.send(handler, 302, {"location": f"http://no-such-host.invalid/{said}?key={said}"}, b"")


ECHOES = {f"echo {status}": echo(status) for status in (200, 400, 401, 402, 403, 404, 409, 416, 422, 429, 500, 503)} | {"away": redirect_elsewhere}
SILENT = ["fin", "rst", "half a head", "late", "cut", "html", "gzip bomb", "endless head"]


class EchoingVendor(FaultyVendor):
    """Remembers what it heard that might be a secret."""

    fault_table = ANSWERS | ECHOES

    def __init__(self, *arguments, **options):
        self.heard = set()
        super().__init__(*arguments, **options)

    def answer(self, handler):
        for name, value in handler.headers.items():
            if name.lower() in ("authorization", "x-goog-api-key", "api-key", "x-api-key", "x-key"):
                self.heard |= {value, value.split(" ")[-1]}
        super().answer(handler)


def secret_account(place, fake):
    """The account with a canary for each of its secrets, and the canaries."""
    transcript = fake.transcript
    path = "/v1" if transcript.vendor == "openai-compatible" else ""
    lines, canaries = [f"  a{place}:", f"    vendor: {transcript.vendor}", f"    base_url: '{fake.url}{path}'"], []
    for key, value in transcript.facts.items():
        kind, _, field = key.partition(" ")
        if kind == "secret":
            # Some keys have two parts.
            canaries.append(f"CANARY{place}{field.replace('_', '')}0123456789" + (".CANARYsecondpart987" if "." in value else ""))
            lines.append(f"    {field}: '{canaries[-1]}'")
        elif kind == "setting" and field != "base_url":
            lines.append(f"    {field}: '{value}'")
    return "\n".join(lines), canaries


def scrape(answers, name, call):
    with contextlib.suppress(http.client.HTTPException, OSError):
        answer = call()
        answers.append((name, answer.status, answer.body, json.dumps(answer.headers)))
        return answer
    return None


def test_no_secret_comes_out(tmp_path):
    found = cases()
    faults = [*ECHOES, *SILENT]
    share = len(found) if SOAK else 2
    plan = []
    for place, fault in enumerate(faults):
        for step in range(share):
            phases = ("start", "status", "content") if SOAK or step == 0 else (("start", "status", "content")[(place + step) % 3],)
            plan += [(fault, phase, found[(place * share + step) % len(found)]) for phase in phases]
    counts, hits = [0, 0, 0], []
    for begin in range(0, len(plan), 150):
        more, found_hits = listen(plan[begin : begin + 150], tmp_path / str(begin))
        counts = [one + other for one, other in zip(counts, more)]
        hits += found_hits
    print(f"{counts[0]} secrets, {len(plan)} cases, {counts[1]} answers, {counts[2]} log lines: {len(hits)} hits")
    assert not hits, f"{len(hits)} hits:\n" + "\n".join(sorted(set(hits))[:40])


def listen(plan, state):
    """Runs these cases and returns how many secrets, answers and log lines there were, and where a secret was seen."""
    fakes = [EchoingVendor(transcript, phase, fault, times=4) for fault, phase, (transcript, _) in plan]
    accounts, canaries = zip(*(secret_account(place, fake) for place, fake in enumerate(fakes)))
    digest = hashlib.sha256(CLIENT_KEY.encode()).hexdigest()
    config = f"keys:\n  - {{ name: studio, sha256: {digest} }}\naccounts:\n" + "\n".join(accounts) + "\n" + PROXIED + LIMITS
    answers, mine = [], {"Authorization": f"Bearer {CLIENT_KEY}"}

    def run_case(place):
        fault, phase, (transcript, body) = plan[place]
        name, body = f"{transcript.vendor} / {phase} / {fault}", body | {"model": f"a{place}/{transcript.facts['model']}"}
        for attempt in range(2):
            headers = mine | {"x-stainless-retry-count": str(attempt)}
            made = scrape(answers, name, lambda: served.call("POST", "/v1/videos/generations", body, headers))
        if made is None or made.status != 200:
            return
        for _ in range(4):
            scrape(answers, name, lambda: served.call("GET", f"/v1/videos/{made.json['id']}", headers=mine))
            scrape(answers, name, lambda: served.call("GET", f"/v1/videos/{made.json['id']}/content", headers=mine | {"Range": "bytes=0-9"}))
            time.sleep(1 if SOAK else 0.3)

    with router(config, env={"GENLOCK_LOG": "trace,json"}, state=str(state)) as served:
        all_at_once(run_case, len(plan))
        scrape(answers, "proxy", lambda: served.call("POST", "/v1/videos", {"model": "proxied/x", "prompt": "x"}, mine))
        for path in ("/metrics", "/readyz", "/healthz", "/v1/models", "/v1/videos?limit=100", "/nothing"):
            scrape(answers, path, lambda: served.call("GET", path, headers=mine))
        scrape(answers, "wrong key", lambda: served.call("GET", "/v1/videos", headers={"Authorization": "Bearer CANARY-wrong-key"}))
    for fake in fakes:
        fake.close()
    log = served.last_log.splitlines()
    heard = {word for fake in fakes for word in fake.heard if len(word) > 12 and not PUBLIC.match(word)}
    assert len(answers) > len(plan) and any("CANARY" in word for word in heard), "nothing was tried"
    secrets = {"CANARY"} | heard | {line.strip() for line in (state / "seal.keys").read_text().splitlines() if len(line.strip()) > 16}
    hits = [f"log: {secret[:40]}: {line[:300]}" for secret in secrets for line in log if secret in line]
    hits += [f"answer to {name} ({status}): {secret[:40]}" for secret in secrets for name, status, body, headers in answers
             if secret.encode() in body or secret in headers]
    return (len(secrets), len(answers), len(log)), hits
