"""Every fault against every family of vendors: at most one paid job, a well-formed error with the right retry headers, and ids that stay good.

In the short form each fault meets a few vendors in turn; `make soak` lets each fault meet all of them."""

import concurrent.futures
import contextlib
import functools
import http.client
import json
import os
import re
import sys
import time

import pytest

from vendor_faults import ANSWERS, FLAPS, UNREACHABLE, REFUSALS, FaultyVendor, black_hole, refused, untrusted_tls_server
from harness import ROOT, router, wait_until_ended
from transcripts import FakeVendor

sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))
from test_vendors import Siraya, account  # noqa: E402
from test_vendors import cases as every_case  # noqa: E402

SOAK = bool(os.environ.get("GENLOCK_SOAK"))
AT_ONCE = 150 if SOAK else 64
LIMITS = """
limits: { upstream_first_byte_timeout: 2500ms, synchronous_start_timeout: 2500ms, connect_timeout: 1s, dns_timeout: 3s, upstream_idle_timeout: 1s, upstream_response_timeout: 3s, max_upstream_response_bytes: 1 MiB, lookup_timeout: 1s }
"""
# The answer to these says that it is not known whether there is a job.
AMBIGUOUS = set(ANSWERS) - REFUSALS - {"503"} | {"reset before the end"}


def cases():
    """A text-to-video case of each vendor whose account needs no token server, with the body that asks for it."""
    found = {vendor: (transcript, body) for (vendor, kind, dialect), (transcript, body, _) in every_case().items()
             if dialect is Siraya and kind == "text" and transcript.ends_well and vendor != "google-vertex"}
    return [found[vendor] for vendor in sorted(found)]


@functools.cache
def description(vendor):
    """The text of the vendor's Swift file, or the JSON of the file that declares it."""
    for path in sorted((ROOT / "Sources" / "Vendors").rglob("*.swift")):
        if f'name: "{vendor}"' in (text := path.read_text()):
            return text
    for path in sorted((ROOT / "config").rglob("*.json")):
        declared = json.loads(path.read_text())
        if isinstance(declared, dict) and declared.get("vendor") == vendor and "start" in declared:
            return declared
    raise LookupError(f"no file describes the vendor {vendor}")


def matches(vendor, pattern):
    """The first group of the pattern in the vendor's Swift file; None without a match or for a declared vendor."""
    text = description(vendor)
    found = isinstance(text, str) and re.search(pattern, text)
    return found.group(1) if found else None


def slow(transcript):
    """Seconds between two status calls."""
    if isinstance(declared := description(transcript.vendor), dict):
        return declared.get("poll_seconds", 5)
    return int(matches(transcript.vendor, r"pollInterval = \.seconds\((\d+)\)") or 5)


def refuses_by_503(vendor):
    if isinstance(declared := description(vendor), dict):
        return 503 in declared.get("refusals", [])
    return "503" in (matches(vendor, r"card\.refusalStatuses = \[([^\]]*)\]") or "")


def queues(vendor):
    """Whether its accounts have bounds without an operator: a pause that it asks for is waited for."""
    return matches(vendor, r"card\.maxConcurrentJobs = (\d+)") is not None


def test_the_vendors_descriptions_are_found():
    """The facts that these tests read out of the sources: a renamed property would turn them off in silence."""
    vendors = [case[0].vendor for case in cases()]
    assert any(slow(case[0]) != 5 for case in cases())
    assert any(refuses_by_503(vendor) for vendor in vendors), vendors
    assert any(queues(vendor) for vendor in vendors), vendors


def spread(faults, times=1):
    """Pairs of fault and case: all of them, or each fault with a few, in turn."""
    found = cases()
    if times == 0 and not SOAK:
        found = sorted(found, key=lambda case: slow(case[0]))[:4]
    share = len(found) if SOAK else 2 if times else 1
    return [(fault, found[(place * share + step) % len(found)]) for place, fault in enumerate(faults) for step in range(share)]


@contextlib.contextmanager
def running_router_for(fakes, extra=""):
    """A router with an account for each fake vendor; what it needs of memory is bounded."""
    lines = "\n".join(account(f"a{place}", fake.transcript, fake) for place, fake in enumerate(fakes))
    try:
        with router(f"accounts:\n{lines}\n{LIMITS}{extra}") as served:
            yield served
            assert served.memory() < 400 << 20, f"{served.memory() >> 20} MiB"
    finally:
        for fake in fakes:
            if isinstance(fake, FakeVendor):
                fake.close()


def create(served, place, fake, body, **headers):
    model = f"a{place}/{fake.transcript.facts['model']}"
    return served.call("POST", "/v1/videos/generations", body | {"model": model}, headers or {"x-stainless-retry-count": "0"})


def all_at_once(work, count):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        problems = [problem for problem in pool.map(work, range(count)) if problem]
    assert not problems, f"{len(problems)} of {count}:\n" + "\n".join(problems)


def run_scenarios(pairs, phase, run_case, times=lambda fault: 1):
    """Plays every pair against a fake vendor of its own, that many at a time; returns the fakes."""
    played, problems = [], []
    for begin in range(0, len(pairs), AT_ONCE):
        part = pairs[begin : begin + AT_ONCE]
        fakes = [FaultyVendor(transcript, phase, fault, times(fault)) for fault, (transcript, _) in part]
        with running_router_for(fakes) as served, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            def one(place):
                fault, (transcript, body) = part[place]
                try:
                    problem = run_case(served, place, fakes[place], fault, body)
                except TimeoutError:
                    problem = "no answer"
                return problem and f"{transcript.vendor} / {fault}: {problem}"
            problems += filter(None, pool.map(one, range(len(part))))
        played += fakes
    assert not problems, f"{len(problems)} of {len(pairs)}:\n" + "\n".join(problems)
    return played


def malformed(answer):
    """What is wrong with an error; None if nothing is."""
    if not 400 <= answer.status <= 599:
        return f"status {answer.status}"
    try:
        error = answer.json["error"]
    except (ValueError, KeyError, TypeError):
        return f"no error in {answer.body[:200]!r}"
    if not (error.get("message") and error.get("code")):
        return f"no message or code in {error}"
    wait = int(answer.headers.get("retry-after", 1))
    if not 1 <= wait <= 86_400:
        return f"Retry-After {wait}"
    # A pause that no SDK should sleep through is reported, and retries are turned off.
    if (answer.headers.get("x-should-retry") == "false") != (wait > 60) and "retry-after" in answer.headers:
        return f"x-should-retry {answer.headers.get('x-should-retry')} with Retry-After {wait}"
    return None


def create_problem(fault, vendor, answer):
    """What is wrong with the answer to a create that met the fault; None if nothing is."""
    if fault in ("429", "429 with Retry-After") and queues(vendor):
        return None if answer.status == 200 else f"{answer.status}: it was not waited for the vendor's pause"
    if problem := malformed(answer):
        return problem
    may_repeat, is_ambiguous = answer.headers.get("x-should-retry") != "false", b"Nothing is sent again automatically" in answer.body
    if fault in AMBIGUOUS and (not is_ambiguous or may_repeat or answer.status not in (502, 504)):
        return f"{answer.status} {answer.body!r}, x-should-retry {answer.headers.get('x-should-retry')}"
    if fault in REFUSALS and is_ambiguous:
        return f"{answer.status} {answer.body!r}"
    if fault.startswith("429") and (answer.status != 429 or "retry-after" not in answer.headers):
        return f"{answer.status}, Retry-After {answer.headers.get('retry-after')} {answer.body!r}"
    if fault == "429 with Retry-After" and answer.headers["retry-after"] != "7":
        return f"Retry-After {answer.headers['retry-after']} instead of 7"
    # A 403 may refuse the content of one request: that is a 400. Nothing of it is about the client's own key.
    if fault in ("401", "403") and (answer.status in (401, 403) or may_repeat and answer.status != 400):
        return f"{answer.status}: the client's own key was not refused"
    if fault == "503" and (is_ambiguous == refuses_by_503(vendor) or not is_ambiguous and answer.status != 503):
        return f"{answer.status} {answer.body!r}"
    return None


def test_faults_of_the_start_call():
    def run_case(served, place, fake, fault, body):
        began = time.monotonic()
        first = create(served, place, fake, body)
        if time.monotonic() - began > 30:
            return f"took {time.monotonic() - began:.0f} s"
        vendor = fake.transcript.vendor
        if problem := create_problem(fault, vendor, first):
            return problem
        # An SDK that ignores x-should-retry sends it again.
        second = create(served, place, fake, body, **{"x-stainless-retry-count": "1"})
        if fault in AMBIGUOUS and second.status == 200:
            return "a job after all"
        refusals = fault == "503" and refuses_by_503(vendor)
        if fake.paid - refusals > 1 or (fault in AMBIGUOUS and fake.starts != 1):
            return f"{fake.starts} start calls, {fake.paid} paid"
        return None

    fakes = run_scenarios(spread([*ANSWERS, "reset before the end"]), "start", run_case)
    print(f"{len(fakes)} faults of start calls: {sum(fake.paid for fake in fakes)} jobs made, no submission paid twice")


def test_unreachable_vendors(tmp_path):
    found = cases()
    with black_hole() as hole, untrusted_tls_server(tmp_path) as (strange, heard):
        places = {"DNS": "http://no-such-host.invalid", "refused": refused(), "black hole": hole, "certificate": strange}
        pairs = [(place, case) for place in UNREACHABLE for case in (found if SOAK else found[:: len(found) // 4])]

        class UnreachableVendor:
            def __init__(self, url, transcript):
                self.url, self.transcript = url, transcript

        fakes = [UnreachableVendor(places[name], transcript) for name, (transcript, _) in pairs]

        def run_case(place):
            name, (transcript, body) = pairs[place]
            answer = create(served, place, fakes[place], body)
            problem = malformed(answer)
            if not problem and (answer.status != 503 or "retry-after" not in answer.headers):
                problem = f"{answer.status} {answer.body!r} {answer.headers.get('retry-after')}"
            return problem and f"{transcript.vendor} / {name}: {problem}"

        with running_router_for(fakes) as served:
            all_at_once(run_case, len(pairs))
            assert served.call("GET", "/v1/videos").json["data"] == []
        assert not any(heard)


def test_faults_of_status_calls():
    """The first status calls fail; the job is well all the same, and its id stays good."""
    def run_case(served, place, fake, fault, body):
        made = create(served, place, fake, body)
        if made.status != 200:
            return f"create: {made.status} {made.body[:200]!r}"
        until = time.monotonic() + (240 if SOAK else 45)
        while time.monotonic() < until:
            answer = served.call("GET", f"/v1/videos/{made.json['id']}", timeout=60)
            if answer.status == 200:
                state = answer.json["status"]
                if state == "completed":
                    break
                if state == "failed":
                    return f"{answer.json['error']}"
            elif problem := malformed(answer):
                return problem
            time.sleep(2 if SOAK else 0.5)
        else:
            return f"no end: {answer.status} {answer.body[:200]!r}"
        clip = served.call("GET", f"/v1/videos/{made.json['id']}/content", timeout=60)
        if clip.status != 200 or (not fake.inline and clip.body != FakeVendor.CLIP):
            return f"content: {clip.status} {clip.body[:100]!r}"
        return None if fake.paid == 1 else f"{fake.paid} paid"

    fakes = run_scenarios(spread([*ANSWERS, *FLAPS], times=0), "status", run_case, lambda fault: 4 if fault in FLAPS else 2)
    print(f"{len(fakes)} faults of status calls: every job came to its end")


def test_faults_of_the_clip():
    """The store fails once: the client sees an error or a broken transfer, never a part as the whole, and gets the clip with the next try."""
    def run_case(served, place, fake, fault, body):
        made = create(served, place, fake, body)
        path = f"/v1/videos/{made.json['id']}"
        if (done := wait_until_ended(served, path, seconds=240 if SOAK else 60))["status"] != "completed":
            return f"{done}"
        try:
            first = served.call("GET", path + "/content")
        except (http.client.IncompleteRead, ConnectionError):
            first = None
        if fault == "403" and (first is None or first.body != FakeVendor.CLIP):
            return "the link was not renewed"
        if first is not None and first.status == 200 and first.body != FakeVendor.CLIP:
            return f"a part, or something else, as the whole: {len(first.body)} bytes"
        if first is not None and first.status != 200 and (problem := malformed(first)):
            return problem
        second = served.call("GET", path + "/content")
        return None if second.body == FakeVendor.CLIP else f"then {second.status} {second.body[:100]!r}"

    # A 403 is how stores say that a link has expired.
    faults = ["403", "cut", "html", "429", "500", "503", "redirect loop", "redirect to a private address", "late", "fin", "rst", "half a head", "gzip bomb"]
    fakes = run_scenarios([(fault, case) for fault, case in spread(faults, times=0) if not case[0].inline], "content", run_case)
    print(f"{len(fakes)} faults of stores: every clip was delivered whole in the end")


@pytest.mark.parametrize("where", ["status", "content"])
def test_a_redirect_never_leads_into_the_own_network(where):
    """A host of the own network that would answer is not asked."""
    transcript, body = next(case for case in cases() if case[0].vendor == "openai-compatible")
    forbidden = FaultyVendor(transcript)
    forbidden.answer = lambda handler: (
        setattr(forbidden, "forbidden_requests", forbidden.forbidden_requests + 1), forbidden.send(handler, 200, {}, b"secrets"))
    fake = FaultyVendor(transcript, where, "redirect to a private address", times=2)
    fake.forbidden_url = forbidden.url + "/latest"
    with running_router_for([fake]) as served:
        made = create(served, 0, fake, body).json
        for _ in range(3):
            assert b"secrets" not in served.call("GET", f"/v1/videos/{made['id']}").body
            with contextlib.suppress(http.client.HTTPException):
                assert b"secrets" not in served.call("GET", f"/v1/videos/{made['id']}/content").body
            time.sleep(2.1)
    forbidden.close()
    assert forbidden.forbidden_requests == 0
