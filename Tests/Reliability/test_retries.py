"""The unmodified SDK, with its own retries, against lost answers: the vendor makes exactly one job."""

import concurrent.futures
import io
import socket
import threading
import warnings

import openai
import pytest

from harness import eventually, free_port, router
from fake_vendor import faults, FakeOpenAIVendor

warnings.filterwarnings("ignore", category=DeprecationWarning)


def sdk(url, **options):
    return openai.OpenAI(base_url=url + "/v1", api_key="sk-anything", **options)


@pytest.fixture()
def router_and_vendor():
    with FakeOpenAIVendor() as made, router(made.config("limits: { upstream_first_byte_timeout: 2s }")) as served:
        yield made, served


@pytest.mark.parametrize("fault", faults)
def test_an_answer_lost_behind_us_is_one_job_and_one_clear_error(router_and_vendor, fault):
    made, served = router_and_vendor
    made.fault = fault
    with pytest.raises(openai.APIStatusError) as caught:
        sdk(served.url).videos.create(prompt="once", model="sora-2")
    assert caught.value.status_code in (502, 504) and caught.value.code == "create_ambiguous"
    assert caught.value.response.headers["x-should-retry"] == "false"
    assert made.paid_jobs.count("once") == 1
    listed_jobs = sdk(served.url).videos.list()
    assert [(job.status, job.error.code, job.prompt) for job in listed_jobs] == [("failed", "create_ambiguous", "once")]
    made.fault = None
    with pytest.raises(openai.APIStatusError) as again:
        sdk(served.url).videos.create(prompt="once", model="sora-2", extra_headers={"x-stainless-retry-count": "1"})
    assert again.value.code == "create_ambiguous" and made.paid_jobs.count("once") == 1


class LossyProxy:
    """Passes requests on and throws the first answers away."""

    def __init__(self, port, losses):
        self.target, self.losses, self.port = port, losses, free_port()
        self.server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.serve, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self):
        while True:
            client, _ = self.server.accept()
            threading.Thread(target=self.forward_connection, args=(client,), daemon=True).start()

    def forward_connection(self, client):
        upstream = socket.create_connection(("127.0.0.1", self.target))

        def forward():
            while data := client.recv(65536):
                upstream.sendall(data)

        threading.Thread(target=forward, daemon=True).start()
        while data := upstream.recv(65536):
            if self.losses > 0:
                self.losses -= 1
                break
            client.sendall(data)
        upstream.close()
        client.shutdown(socket.SHUT_RDWR)
        client.close()


@pytest.mark.parametrize("losses", [1, 2])
@pytest.mark.parametrize("with_file", [False, True])
def test_an_answer_lost_in_front_of_us_gives_the_same_job(router_and_vendor, losses, with_file):
    made, served = router_and_vendor
    proxy = LossyProxy(served.port, losses)
    extra = {"input_reference": ("a.png", io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 200_000), "image/png")} if with_file else {}
    job = sdk(proxy.url).videos.create(prompt="once", model="sora-2", **extra)
    assert made.paid_jobs.count("once") == 1
    assert [listed.id for listed in sdk(served.url).videos.list()] == [job.id]


def test_a_client_that_is_too_impatient_gets_the_job_it_started(router_and_vendor):
    made, served = router_and_vendor
    made.delay = lambda: 1.5
    job = sdk(served.url, timeout=0.6, max_retries=5).videos.create(prompt="once", model="sora-2")
    assert made.paid_jobs.count("once") == 1
    assert [listed.id for listed in sdk(served.url).videos.list()] == [job.id]


def test_equal_creates_are_separate_jobs(router_and_vendor):
    made, served = router_and_vendor
    client = sdk(served.url)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        jobs = list(pool.map(lambda _: client.videos.create(prompt="variations", model="sora-2").id, range(6)))
    assert len(set(jobs)) == 6 and made.paid_jobs.count("variations") == 6


def test_retries_fold_across_a_restart(tmp_path):
    state = str(tmp_path / "state")
    body = {"prompt": "once", "model": "sora-2"}
    with FakeOpenAIVendor() as made:
        with router(made.config(), state=state) as served:
            first = served.call("POST", "/v1/videos", body, {"x-stainless-retry-count": "0"}).json
            keyed = served.call("POST", "/v1/videos", body, {"Idempotency-Key": "k"}).json
            served.process.kill()
            served.process.wait()
        with router(made.config(), state=state) as served:
            again = served.call("POST", "/v1/videos", body, {"x-stainless-retry-count": "1"}).json
            assert again["id"] in (first["id"], keyed["id"])
            same = served.call("POST", "/v1/videos", body, {"Idempotency-Key": "k"})
            assert (same.status, same.json["id"], same.json["prompt"]) == (200, keyed["id"], "once")
            assert served.call("POST", "/v1/videos", body | {"prompt": "other"}, {"Idempotency-Key": "k"}).status == 422
            assert len(made.paid_jobs.prompts) == 2


def test_a_key_in_use_is_a_conflict_that_may_be_repeated(router_and_vendor):
    made, served = router_and_vendor
    made.delay = lambda: 1
    body = {"prompt": "once", "model": "sora-2"}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(served.call, "POST", "/v1/videos", body, {"Idempotency-Key": "k"})
        eventually(lambda: made.paid_jobs.prompts)
        second = served.call("POST", "/v1/videos", body, {"Idempotency-Key": "k"})
        assert second.status == 409 and 1 <= int(second.headers["retry-after"]) <= 8
        first = running.result()
    third = served.call("POST", "/v1/videos", body, {"Idempotency-Key": "k"})
    assert first.status == third.status == 200 and first.json["id"] == third.json["id"]
    assert len(made.paid_jobs.prompts) == 1


def test_a_refusal_frees_its_key(router_and_vendor):
    made, served = router_and_vendor
    body = {"prompt": "once", "model": "sora-2"}
    assert served.call("POST", "/v1/videos", body | {"model": "no-such"}, {"Idempotency-Key": "k"}).status == 404
    assert served.call("POST", "/v1/videos", body, {"Idempotency-Key": "k"}).status == 200
    assert len(made.paid_jobs.prompts) == 1
