"""Jobs whose start call was not answered are found again at vendors that keep a name for them; nothing is sent again."""

import contextlib
import http.server
import json
import socket
import threading
import time

import pytest

from harness import router


class Kling:
    """Keeps a task under the name that came with it; the answer to its creation is lost while `loses` is set, and the task is unknown
    for so many searches."""

    def __init__(self):
        self.tasks, self.loses, self.blind, self.searches = [], False, 0, 0
        kling = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, data):
                body = json.dumps({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                kling.tasks.append((f"task{len(kling.tasks)}", body["options"]["external_task_id"]))
                if kling.loses:
                    kling.loses()
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                self.answer({"id": kling.tasks[-1][0], "status": "submitted"})

            def do_GET(self):
                if self.path.startswith("/clip"):
                    self.send_response(200)
                    self.send_header("Content-Type", "video/mp4")
                    self.send_header("Content-Length", "4")
                    self.end_headers()
                    return self.wfile.write(b"clip")
                key, _, ids = self.path.split("?")[1].partition("=")
                wanted = ids.replace("%2C", ",").split(",")
                place = 1 if key == "external_task_ids" else 0
                if place:
                    kling.searches += 1
                    kling.blind -= 1
                    if kling.blind >= 0:
                        return self.answer([])
                url = f"http://127.0.0.1:{kling.port}/clip"
                self.answer([{"id": task[0], "external_id": task[1], "status": "succeeded", "outputs": [{"type": "video", "id": "v", "url": url}]}
                             for task in kling.tasks if task[place] in wanted])

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def config(self):
        return f"accounts:\n  kling: {{ base_url: 'http://127.0.0.1:{self.port}', api_key: k }}\nlimits: {{ find_time: 2s }}\n"


@pytest.fixture()
def kling():
    made = Kling()
    yield made
    made.server.shutdown()


BODY = {"model": "kling/kling-3.0", "prompt": "once"}


def finished(served, name):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job = served.call("GET", f"/v1/videos/{name}").json
        if job["status"] == "completed":
            assert served.call("GET", f"/v1/videos/{name}/content").body == b"clip"
            return job
        time.sleep(0.2)
    raise AssertionError(job)


def test_a_lost_answer_is_no_lost_job(kling, tmp_path):
    kling.loses = lambda: None
    with router(kling.config, state=str(tmp_path / "state")) as served:
        made = served.call("POST", "/v1/videos", BODY)
        assert made.status == 200, made.body
        assert finished(served, made.json["id"])["prompt"] == "once"
        assert [job["id"] for job in served.call("GET", "/v1/videos").json["data"]] == [made.json["id"]]
    assert len(kling.tasks) == 1 and kling.tasks[0][1].startswith("genlock-")


def test_after_a_crash_the_job_is_found_under_the_id_of_its_intent(kling, tmp_path):
    state = str(tmp_path / "state")
    headers = {"Idempotency-Key": "k"}
    with router(kling.config, state=state) as served:
        kling.loses = served.process.kill
        with contextlib.suppress(OSError):
            served.call("POST", "/v1/videos", BODY, headers)
        served.process.wait()
    with router(kling.config, state=state) as served:
        until = time.monotonic() + 10
        while (job := served.call("GET", "/v1/videos").json["data"][0])["status"] == "failed" and time.monotonic() < until:
            time.sleep(0.1)
        assert job["error"] is None, job
        assert finished(served, job["id"])["prompt"] == "once"
        again = served.call("POST", "/v1/videos", BODY, headers)
        assert (again.status, again.json["id"]) == (200, job["id"])
    with router(kling.config, state=state) as served:
        assert finished(served, job["id"])["error"] is None
        assert served.call("DELETE", f"/v1/videos/{job['id']}").json["deleted"]
        assert served.call("GET", f"/v1/videos/{job['id']}").status == 404
    assert len(kling.tasks) == 1


def test_a_vendor_that_learns_of_its_job_late_is_asked_again(kling, tmp_path):
    kling.loses, kling.blind = (lambda: None), 2
    headers = {"Idempotency-Key": "k"}
    with router(kling.config, state=str(tmp_path / "state")) as served:
        lost = served.call("POST", "/v1/videos", BODY, headers)
        assert (lost.status, lost.json["error"]["code"], lost.headers["x-should-retry"]) == (502, "create_ambiguous", "false")
        name = served.call("GET", "/v1/videos").json["data"][0]["id"]
        assert served.call("GET", f"/v1/videos/{name}").json["error"]["code"] == "create_ambiguous"
        until = time.monotonic() + 30
        while served.call("GET", f"/v1/videos/{name}").json["status"] == "failed" and time.monotonic() < until:
            time.sleep(0.3)
        assert finished(served, name)["error"] is None
        assert served.call("POST", "/v1/videos", BODY, headers).json["id"] == name
    assert len(kling.tasks) == 1 and kling.searches == 3
