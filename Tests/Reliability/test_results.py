"""Results are kept in a folder and served from there, whatever their vendor does."""

import json
import os
import pathlib
import random
import shutil
import time

import pytest

import result_vendor
from harness import eventually, router
from result_vendor import ResultVendor
from test_watch import create, metric

RETRY = "limits: { result_retry_delay: 1s, max_result_retry_delay: 1s, result_pass_interval: 200ms }\n"


def config(vendor, folder, **settings):
    return vendor.config(RETRY + "results: " + json.dumps({"in": str(folder), **settings}))


def files(folder):
    return sorted(os.listdir(folder)) if os.path.exists(folder) else []


def kept(served, count=1):
    eventually(lambda: metric(served, "genlock_results ") == count, 40)


def content(served, name, method="GET", **headers):
    return served.call(method, f"/v1/videos/{name}/content", headers=headers)


def test_a_kept_video_is_served_after_its_vendor_is_gone(tmp_path):
    folder, state = tmp_path / "kept", str(tmp_path / "s")
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=state) as served:
            name = create(served, "boat")
            kept(served)
            video, before = vendor.video("boat"), vendor.paid_jobs.content_calls
            vendor.leave()
            status = served.call("GET", f"/v1/videos/{name}").json
            assert abs(status["expires_at"] - time.time() - 30 * 86400) < 600
            assert served.call("GET", "/v1/videos").json["data"][0]["expires_at"] == status["expires_at"]
            answer = content(served, name)
            assert (answer.status, answer.body, answer.headers["content-type"]) == (200, video, "video/mp4")
            assert answer.headers["accept-ranges"] == "bytes"
            head = content(served, name, "HEAD")
            assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(video)))
            part = content(served, name, Range="bytes=100-199")
            assert (part.status, part.body) == (206, video[100:200])
            assert part.headers["content-range"] == f"bytes 100-199/{len(video)}"
            assert content(served, name, Range="bytes=-7").body == video[-7:]
            tag = answer.headers["etag"]
            assert head.headers["etag"] == part.headers["etag"] == tag
            assert content(served, name, **{"If-None-Match": tag}).status == 304
            assert content(served, name, **{"If-Match": '"other"'}).status == 412
            assert content(served, name, **{"If-Range": '"other"', "Range": "bytes=0-9"}).body == video
            assert content(served, name, **{"If-Range": tag, "Range": "bytes=0-9"}).body == video[:10]
            beyond = content(served, name, Range=f"bytes={len(video)}-")
            assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(video)}")
            link = status["url"]
            assert served.call("GET", link[len(served.url):]).body == video
            assert vendor.paid_jobs.content_calls == before
        [file] = files(folder)
        assert (folder / file).read_bytes() == video
        assert (folder / file).stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
        # After a restart, without the account that made the video.
        other = f'accounts: {{ other: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:9/v1", api_key: x }} }}\n'
        with router(other + "results: " + json.dumps({"in": str(folder)}), state=state) as served:
            status = served.call("GET", f"/v1/videos/{name}")
            assert (status.status, status.json["status"], status.json["progress"]) == (200, "completed", 100)
            [listed] = served.call("GET", "/v1/videos").json["data"]
            assert status.json["expires_at"] == listed["expires_at"] and abs(listed["expires_at"] - time.time() - 30 * 86400) < 600
            assert content(served, name).body == video


def test_nothing_is_kept_without_the_setting(tmp_path):
    with ResultVendor() as vendor:
        with router(vendor.config(), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_jobs_ended_total{") == 1, 40)
            assert content(served, name).body == vendor.video("boat")
            assert vendor.paid_jobs.content_calls == 1
            vendor.leave()
            assert content(served, name).status >= 500


@pytest.mark.parametrize("fault", ["html", "cut", "truncated", "truncated_without_length", "empty"])
def test_what_is_not_the_whole_video_is_not_kept(tmp_path, fault):
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        vendor.send = getattr(result_vendor, fault)
        with router(config(vendor, folder), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 2, 40)
            assert metric(served, "genlock_results ") == 0 and metric(served, "genlock_results_pending") == 1
            assert [file for file in files(folder) if not file.endswith(".part")] == []
            assert "result not kept" in served.log()
            vendor.send = result_vendor.whole
            kept(served)
            vendor.leave()
            assert content(served, name).body == vendor.video("boat")
            assert len(files(folder)) == 1


def test_a_copy_is_given_up_when_the_vendor_no_longer_has_the_video(tmp_path):
    with ResultVendor() as vendor:
        vendor.send = result_vendor.expired
        with router(config(vendor, tmp_path / "kept"), state=str(tmp_path / "s")) as served:
            create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") == 1
                       and metric(served, "genlock_results_pending") == 0, 40)
            calls = vendor.paid_jobs.content_calls
            time.sleep(3)
            assert vendor.paid_jobs.content_calls == calls
            assert metric(served, "genlock_result_copy_failures_total") == 1


def test_a_disk_that_takes_no_more_bytes_keeps_nothing_and_breaks_nothing(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor(size=6_000_000) as vendor:
        prefix = ("prlimit", "--fsize=5000000")
        with router(config(vendor, folder), state=str(tmp_path / "s"), prefix=prefix) as served:
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 2, 40)
            assert "File too large" in served.log()
            assert content(served, name).body == vendor.video("boat")
            assert files(folder) in ([], [file for file in files(folder) if file.endswith(".part")])
            vendor.size = 50_000
            other = create(served, "kite")
            kept(served)
            assert content(served, other).body == vendor.video("kite")


def test_a_folder_that_cannot_be_written_is_reported_at_the_start(tmp_path):
    place = tmp_path / "kept"
    place.write_text("a file")
    with ResultVendor() as vendor:
        with router(config(vendor, place), state=str(tmp_path / "s")) as served:
            eventually(lambda: "results cannot be kept" in served.log(), 20)
            name = create(served, "boat")
            eventually(lambda: metric(served, "genlock_result_copy_failures_total") >= 1, 40)
            assert content(served, name).body == vendor.video("boat")
            place.unlink()
            kept(served)


def test_the_oldest_are_evicted_when_the_store_is_full_and_a_download_says_so(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor(size=400_000) as vendor:
        with router(config(vendor, folder, max_size="1 MB"), state=str(tmp_path / "s")) as served:
            names = []
            for number in range(4):
                names.append(create(served, f"boat {number}"))
                eventually(lambda: metric(served, "genlock_results_copied_total") == number + 1, 40)
                assert metric(served, "genlock_result_bytes") <= 1_000_000
            assert metric(served, "genlock_results_evicted_by_size_total") == 2
            eventually(lambda: len(files(folder)) == 2, 20)
            assert '"reason":"size"' in served.log().replace(" ", "") or "reason=size" in served.log()
            # The vendor still has it.
            assert content(served, names[0]).body == vendor.video("boat 0")
            with vendor.paid_jobs.lock:
                vendor.paid_jobs.jobs.clear()
            vendor.send = result_vendor.expired
            assert content(served, names[3]).body == vendor.video("boat 3")
            vendor.leave()
            answer = content(served, names[0])
            assert answer.status >= 404 and "This router kept" in answer.json["error"]["message"], answer.body
            assert time.strftime("%Y-%m-%d", time.gmtime())[:7] in answer.json["error"]["message"]


def test_a_result_is_evicted_when_its_time_is_over(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        with router(config(vendor, folder, keep="4s"), state=str(tmp_path / "s")) as served:
            create(served, "boat")
            eventually(lambda: metric(served, "genlock_results_copied_total") == 1, 40)
            eventually(lambda: metric(served, "genlock_results_evicted_by_age_total") == 1 and files(folder) == [], 20)
            eventually(lambda: metric(served, "genlock_results ") == 0 == metric(served, "genlock_result_bytes"), 20)


def test_a_deleted_job_leaves_no_bytes(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            kept(served)
            assert served.call("DELETE", f"/v1/videos/{name}").status == 200
            eventually(lambda: files(folder) == [], 20)
            assert content(served, name).status == 404


def test_a_job_that_must_not_be_stored_is_not(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=str(tmp_path / "s")) as served:
            private = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "private", "store": False})
            assert private.status == 200 and not private.json.get("warnings"), private.body
            answer = served.call("POST", "/imagerouter/v1/openai/videos/generations", {
                "model": "sora-2", "prompt": "ephemeral", "response_format": "b64_ephemeral"})
            assert answer.status == 200 and "b64_json" in answer.json["data"][0], answer.body[:300]
            wrong = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "x", "store": "perhaps"})
            assert (wrong.status, wrong.json["error"]["param"]) == (400, "store")
            create(served, "public")
            kept(served)
            eventually(lambda: metric(served, "genlock_jobs_ended_total{") == 3, 40)
            assert len(files(folder)) == 1 and metric(served, "genlock_results_pending") == 0


def test_two_programs_with_one_journal_copy_each_result_once(tmp_path):
    folder, state = tmp_path / "kept", str(tmp_path / "s")
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=state) as one, router(config(vendor, folder), state=state) as two:
            names = [create(served, f"boat {number}") for number in range(10) for served in (one, two)]
            kept(one, 20)
            kept(two, 20)
            assert vendor.paid_jobs.content_calls == 20
            assert len(files(folder)) == 20
            for name in names[:4]:
                assert content(one, name).body == content(two, name).body
            assert one.call("DELETE", f"/v1/videos/{names[0]}").status == 200
            eventually(lambda: len(files(folder)) == 19, 20)
            assert content(two, names[2]).status == 200


def test_no_half_file_is_served_after_kills_at_any_moment(tmp_path):
    folder, state = tmp_path / "kept", str(tmp_path / "s")
    rounds = int(os.environ.get("GENLOCK_KILLS", "6"))
    with ResultVendor(size=300_000) as vendor:

        def slowly(handler, video):
            handler.send_response(200)
            handler.send_header("Content-Type", "video/mp4")
            handler.send_header("Content-Length", str(len(video)))
            handler.end_headers()
            for start in range(0, len(video), 30_000):
                handler.wfile.write(video[start : start + 30_000])
                time.sleep(0.03)

        vendor.send = slowly
        names = {}
        for number in range(rounds):
            with router(config(vendor, folder), state=state) as served:
                for prompt in (f"boat {number}", f"kite {number}"):
                    names[create(served, prompt)] = prompt
                # The first poll of a job comes after two seconds.
                time.sleep(2 + random.random())
                served.process.kill()
                served.process.wait(20)
        vendor.send = result_vendor.whole
        with router(config(vendor, folder), state=state) as served:
            kept(served, 2 * rounds)
            assert len(files(folder)) == 2 * rounds and not [file for file in files(folder) if file.endswith(".part")]
            vendor.leave()
            for name, prompt in names.items():
                assert content(served, name).body == vendor.video(prompt)
        assert sorted(vendor.paid_jobs.prompts) == sorted(names.values())


def test_bytes_that_vanished_from_the_folder_are_fetched_from_the_vendor(tmp_path):
    folder = tmp_path / "kept"
    with ResultVendor() as vendor:
        with router(config(vendor, folder), state=str(tmp_path / "s")) as served:
            name = create(served, "boat")
            kept(served)
            shutil.rmtree(folder)
            assert content(served, name).body == vendor.video("boat")
            assert "missing in the store" in served.log()
            assert pathlib.Path(folder).exists() is False
