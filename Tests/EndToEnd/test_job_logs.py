"""The log and the metrics report jobs."""

import json
import re

from harness import eventually, free_port, router, wait_until_ended
from test_admin import request, keys
from test_reload import bearer

JOB = {"model": "sora-2", "prompt": "A secret kite", "seconds": "4"}


def lines(served, message):
    return [line for text in served.log().splitlines() if (line := json.loads(text))["message"] == message]


def test_a_request_line_names_the_job_and_its_work():
    with router(keys() + "accounts: { stage: { vendor: test, price: 0.21 USD/second } }\n", env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        made = served.call("POST", "/v1/videos", JOB | {"model": "stage/sora-2"}, bearer("client"))
        assert made.status == 200, made.body
        job = made.json["id"]
        wait_until_ended(served, f"/v1/videos/{job}", headers=bearer("client"))
        assert served.call("GET", f"/v1/videos/{job}/content", headers=bearer("client")).status == 200
        eventually(lambda: any(line["route"].endswith("/content") for line in lines(served, "request")))
        found = [line for line in lines(served, "request") if line.get("job") == job]
        assert {line["route"] for line in found} == {"/v1/videos", "/v1/videos/{id}", "/v1/videos/{id}/content"}
        for line in found:
            assert (line["vendor"], line["account"], line["owner"]) == ("test", "stage", "client") and line["model"]
        assert len(lines(served, "job ended")) == 1
        ended = lines(served, "job ended")[0]
        assert (ended["job"], ended["outcome"], ended["owner"]) == (job, "completed", "client") and ended["duration_ms"] >= 0
        assert "secret kite" not in served.log()


def test_unknown_paths_are_named_and_probes_are_quiet():
    with router(keys()) as served:
        served.call("GET", "/v2/wrong/base?key=hunter2", headers=bearer("client"))
        served.call("DELETE", "/v1/models", headers=bearer("client"))
        served.call("GET", "/healthz")
        eventually(lambda: len(lines(served, "request")) >= 2)
        assert [line["route"] for line in lines(served, "request")] == ["/v2/wrong/base", "/v1/models"]
        assert "hunter2" not in served.log()


def test_a_detailed_log_shows_plans_calls_and_probes():
    with router(keys() + "accounts: { a: { vendor: openai-compatible, base_url: \"http://127.0.0.1:1\", api_key: hunter2, price: 0 USD/clip } }\n"
                + "aliases: { draft: [ a/wan ] }\n", args=("--log", "trace")) as served:
        refused = served.call("POST", "/v1/videos", JOB | {"model": "draft"}, bearer("client"))
        assert refused.status >= 500
        eventually(lambda: lines(served, "vendor call"))
        assert "a: " in lines(served, "plan")[0]["tries"]
        call = lines(served, "vendor call")[0]
        assert (call["account"], call["operation"], call["level"]) == ("a", "start", "debug") and call["duration_ms"] >= 0 and "POST" in call["target"]
        eventually(lambda: lines(served, "try failed"))
        assert lines(served, "try failed")[0]["request"] == refused.headers["x-request-id"]
        assert any(line["route"] == "/readyz" and line["level"] == "debug" for line in lines(served, "request"))
        assert "hunter2" not in served.log() and "secret kite" not in served.log()


def test_metrics_count_jobs_calls_and_money():
    admin = free_port()
    with router(f"admin: 127.0.0.1:{admin}\n" + keys(), env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served:
        job = served.call("POST", "/v1/videos", JOB, bearer("client")).json["id"]
        wait_until_ended(served, f"/v1/videos/{job}", headers=bearer("client"))
        text = request(str(admin), "/metrics")[1].decode()
        assert re.search(r'^genlock_jobs_created_total\{vendor="test",model="[^"]+"\} 1$', text, re.M)
        assert re.search(r'^genlock_jobs_ended_total\{vendor="test",model="[^"]+",outcome="completed"\} 1$', text, re.M)
        assert re.search(r'^genlock_status_polls_total\{vendor="test"\} [1-9]', text, re.M)
        assert re.search(r"^genlock_queue_wait_seconds_count 1$", text, re.M)
        assert job not in text and "kite" not in text
