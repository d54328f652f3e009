"""The state folder on volumes as Kubernetes mounts them, as the image's user, and on a disk that is full."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from harness import binary, eventually, router

USER = 65532
GROUP = 2000  # The pod's fsGroup.
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="changing the user takes root and setpriv")
# The user of the image can read neither the test's folder nor what lies beside it, so it starts from the root.
AS_USER = ("sh", "-c", 'cd / && exec "$@"', "sh", "setpriv", "--reuid", str(USER), "--regid", str(USER), "--groups", str(GROUP))
JOB = {"model": "sora-2", "prompt": "A kite", "seconds": "4"}


@pytest.fixture()
def volume():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "volume")
        os.mkdir(path)
        yield path


def mount_with_group(volume):
    """What kubelet does at every mount: https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/volume_linux.go"""
    for path in [pathlib.Path(volume), *pathlib.Path(volume).rglob("*")]:
        os.chown(path, -1, GROUP)
        os.chmod(path, path.stat().st_mode & 0o7777 | (0o2770 if path.is_dir() else 0o660))


def create(served):
    made = served.call("POST", "/v1/videos", JOB)
    assert made.status == 200, made.body
    return made.json["id"]


def check(volume, *user):
    environment = {"PATH": os.environ["PATH"], "GENLOCK_STATE": volume}
    return subprocess.run([*user, binary(), "check"], env=environment, capture_output=True, text=True, timeout=20, cwd="/")


@needs_root
def test_a_volume_of_the_pods_group_works_at_every_mount(volume):
    jobs = []
    for _ in range(3):
        mount_with_group(volume)
        assert check(volume, *AS_USER).returncode == 0
        with router(state=volume, prefix=AS_USER) as served:
            jobs.append(create(served))
            assert [served.call("GET", f"/v1/videos/{job}").status for job in jobs] == [200] * len(jobs)
        assert pathlib.Path(volume, "seal.keys").stat().st_mode & 0o777 == 0o600


@needs_root
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o2777])
def test_in_a_volume_that_everybody_may_write_the_state_is_private(volume, mode):
    os.chmod(volume, mode)
    said = check(volume, *AS_USER)
    assert said.returncode == 0 and f"{volume}/genlock" in said.stderr
    jobs = []
    for _ in range(2):
        with router(state=volume, prefix=AS_USER) as served:
            jobs.append(create(served))
            assert [served.call("GET", f"/v1/videos/{job}").status for job in jobs] == [200] * len(jobs)
            health = subprocess.run(
                [*AS_USER, binary(), "healthcheck"], env={"PATH": os.environ["PATH"], "GENLOCK_STATE": volume}, timeout=20)
            assert health.returncode == 0
        inner = pathlib.Path(volume, "genlock")
        assert (inner.stat().st_uid, inner.stat().st_mode & 0o777) == (USER, 0o700)
        assert sorted(os.listdir(volume)) == ["genlock"]
        mount_with_group(volume)
        os.chmod(volume, mode)


@needs_root
def test_sealing_keys_from_a_secret_of_the_group_are_taken(volume):
    keys = pathlib.Path(volume, "seal.keys")
    keys.write_text("1:" + "ab12" * 16 + "\n")
    os.chown(volume, USER, GROUP)
    os.chown(keys, 0, GROUP)
    os.chmod(keys, 0o440)
    with router(state=volume, prefix=AS_USER) as served:
        create(served)
    assert keys.stat().st_mode & 0o777 == 0o440
    os.chown(keys, 0, GROUP + 1)
    os.chmod(keys, 0o444)
    said = check(volume, *AS_USER)
    assert said.returncode == 2 and "seal.keys: can be read or written by other users" in said.stderr


@needs_root
def test_what_serve_refuses_check_says_beforehand(volume):
    os.chmod(volume, 0o777)
    inner = pathlib.Path(volume, "genlock")
    inner.mkdir(0o700)  # Of another user: root.
    said = check(volume, *AS_USER)
    assert said.returncode == 2 and str(inner) in said.stderr
    with pytest.raises(AssertionError, match="belongs to uid 0|Permission denied"):
        with router(state=volume, prefix=AS_USER):
            pass


@needs_root
def test_a_journal_that_cannot_be_written_makes_the_server_unready(volume):
    os.chown(volume, USER, USER)
    for name in ("journal.sqlite", "runs"):
        pathlib.Path(volume, name).touch(0o600)
    said = check(volume, *AS_USER)
    assert said.returncode == 2 and "no job could be created" in said.stderr

    def mend():
        for name in ("journal.sqlite", "runs"):
            os.chown(os.path.join(volume, name), USER, USER)

    with starting(state=volume, prefix=AS_USER) as served:
        answer = eventually(lambda: wait_until_reachable(served))
        assert (answer.status, answer.json) == (503, {"status": "not_ready", "reason": "storage_unavailable"})
        assert served.call("POST", "/v1/videos", JOB).status == 503
        mend()
        eventually(lambda: served.call("GET", "/readyz").status == 200)
        create(served)
        assert "not ready" in served.log() or "journal failure" in served.log()
        eventually(lambda: "ready again" in served.log())


def wait_until_reachable(served):
    with contextlib.suppress(OSError):
        return served.call("GET", "/readyz")


def starting(**more):
    """Like `router`, for a server that is not ready at first."""
    return router(probe="/healthz", **more)


def may_mount():
    return os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0


@pytest.mark.skipif(not may_mount(), reason="mounting a small disk takes root")
def test_a_full_disk_makes_the_server_unready_until_there_is_room(volume):
    small = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=4m none "$0" && exec "$@"', volume)
    with router(state=volume, prefix=small) as served:
        job = create(served)
        filler = f"/proc/{served.process.pid}/root{volume}/filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as sink:
            for _ in range(2048):  # Twice what the disk holds.
                sink.write(bytes(4096))
        # It is known before a client tries to create a job.
        answer = eventually(lambda: (found := served.call("GET", "/readyz")).status == 503 and found)
        assert answer.json == {"status": "not_ready", "reason": "storage_full"}
        assert served.call("POST", "/v1/videos", JOB).json["error"]["code"] == "storage_full"
        assert served.call("GET", f"/v1/videos/{job}").status == 200
        assert b"genlock_ready 0" in served.call("GET", "/metrics").body
        os.remove(filler)
        eventually(lambda: served.call("GET", "/readyz").status == 200)
        create(served)
