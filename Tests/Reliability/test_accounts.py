"""Several credentials under one model name: a job belongs to the account that made it, through restarts and key rotations."""

import concurrent.futures
import os
import subprocess

from harness import binary, router, wait_until_ended
from fake_vendor import FakeOpenAIVendor

JOBS = 40


def test_status_and_clip_come_from_the_account_that_made_the_job(tmp_path):
    state = str(tmp_path / "state")
    with FakeOpenAIVendor(key="first-key", prefix="first") as first, FakeOpenAIVendor(key="second-key", prefix="second") as second:
        config = f"""
accounts:
  first: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{first.port}/v1", api_key: first-key }}
  second: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{second.port}/v1", api_key: second-key }}
aliases:
  sora-2: [ {{ model: openai-compatible/any, adapt: nearest }} ]
"""
        both = (first, second)
        with router(config, state=state) as served:
            made = [served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": f"{n}"}) for n in range(JOBS)]
            assert [answer.status for answer in made] == [200] * JOBS
            served.process.kill()
            served.process.wait()
        subprocess.run([binary(), "keys", "rotate"], env=os.environ | {"GENLOCK_STATE": state}, check=True, capture_output=True)
        shares = [len(one.paid_jobs.prompts) for one in both]
        with router(config, state=state) as served, concurrent.futures.ThreadPoolExecutor(8) as pool:
            paths = [f"/v1/videos/{answer.json['id']}" for answer in made]
            states = list(pool.map(lambda path: wait_until_ended(served, path)["status"], paths))
            clips = list(pool.map(lambda path: served.call("GET", path + "/content").body.decode(), paths))
            later = served.call("POST", "/v1/videos", {"model": "sora-2", "prompt": "later"}).json["id"]
        assert later[:10] != made[0].json["id"][:10], "the new key does not seal"
        print(f"{shares} of {JOBS} creates, {states.count('completed')} polls, {sum(clip == str(n) for n, clip in enumerate(clips))} clips")
        assert sum(shares) == JOBS and min(shares) >= JOBS // 5
        assert states == ["completed"] * JOBS
        assert clips == [str(n) for n in range(JOBS)]
