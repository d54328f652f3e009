"""The wall clock is set back while the program runs: nothing inside waits until it has caught up."""

import pathlib
import shutil
import subprocess

import pytest

from harness import router, wait_until_ended
from fake_vendor import FakeOpenAIVendor

BODY = {"model": "sora-2", "prompt": "x", "seconds": "4"}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler")
    made = tmp_path_factory.mktemp("library") / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, pathlib.Path(__file__).with_name("clock.c"), "-ldl"], check=True)
    return made


@pytest.mark.parametrize("step", [-60, -3600])
def test_a_job_that_was_asked_about_before_the_step_ends(library, tmp_path, step):
    switch = tmp_path / "step"
    switch.write_text("0")
    with FakeOpenAIVendor() as made:
        made.state = lambda name: ("in_progress", 10)
        with router(made.config(), env={"LD_PRELOAD": str(library), "CLOCK_STEP": str(switch)}) as served:
            path = f"/v1/videos/{served.call('POST', '/v1/videos', BODY).json['id']}"
            wait_until_ended(served, path, 20, ("in_progress",))
            switch.write_text(str(step))
            made.state = lambda name: ("completed", 100)
            assert wait_until_ended(served, path, 20)["status"] == "completed"


def test_a_job_of_the_test_vendor_ends(library, tmp_path):
    switch = tmp_path / "step"
    switch.write_text("0")
    with router(env={"LD_PRELOAD": str(library), "CLOCK_STEP": str(switch)}) as served:
        path = f"/v1/videos/{served.call('POST', '/v1/videos', BODY).json['id']}"
        switch.write_text("-3600")
        assert wait_until_ended(served, path, 20)["status"] == "completed"
