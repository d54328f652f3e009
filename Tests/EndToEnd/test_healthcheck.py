"""`genlock healthcheck` judges the server that runs, not the file that lies on the disk."""

import os
import pathlib
import signal
import subprocess
import tempfile

import pytest

from harness import binary, eventually, free_port, router
from test_admin import keys
from test_reload import reload, replace_certificate
from test_tls import Certificates

CODES = {0: "ready", 2: "bad input", 3: "not ready"}


def check(served, *args, config=None, env=None):
    """The exit code, asked as the container's HEALTHCHECK does: with the server's environment, perhaps with its file."""
    command = [binary(), "healthcheck", *args] + (["--config", config] if config else [])
    environment = {"PATH": os.environ["PATH"], "HOME": served.state, "GENLOCK_STATE": served.state, **(env or {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, cwd=os.path.dirname(served.log_path))
    return done.returncode, done.stderr


BROKEN = {
    "unknown key": "nonsense: 1\n", "not YAML": "accounts: [\n", "empty": "", "listen elsewhere": "listen: 127.0.0.1:1\n",
    "missing secret": "accounts: { fal: { api_key: \"${file:/run/secrets/gone}\" } }\n", "missing variable": "state: \"${GONE}\"\n",
    "no file": None, "a pipe": "fifo",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_broken_on_the_disk_makes_no_server_unhealthy(what):
    with router(keys()) as served:
        path = pathlib.Path(served.config)
        path.unlink()
        if BROKEN[what] == "fifo":
            os.mkfifo(path)
        elif BROKEN[what] is not None:
            path.write_text(BROKEN[what])
        assert check(served, config=str(path)) == (0, "")
        assert check(served, "--url", served.url, config=str(path)) == (0, "")
        assert check(served) == (0, "")


def test_the_address_follows_a_reload_and_goes_with_the_server():
    with router(keys(), listen_in_file=True) as served:
        note = pathlib.Path(served.state, "server.address")
        new = free_port()
        reload(served, pathlib.Path(served.config).read_text().replace(f":{served.port}", f":{new}"))
        assert note.read_text().split()[2] == f"127.0.0.1:{new}" and note.stat().st_mode & 0o777 == 0o600
        assert check(served) == (0, "")
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(20) == 0
        assert not note.exists()
        code, said = check(served, config=served.config)
        assert code == 3 and "no response from" in said


def test_a_server_that_was_killed_is_unhealthy():
    with router(keys()) as served:
        served.process.kill()
        served.process.wait(30)
        assert check(served)[0] == 3


def test_a_new_certificate_that_is_not_in_force_yet_says_nothing_of_the_server():
    with tempfile.TemporaryDirectory() as folder:
        certificates = Certificates(folder)
        certificates.issue("first", "DNS:localhost,IP:127.0.0.1")
        certificates.issue("second", "DNS:elsewhere")
        replace_certificate(certificates, "first")
        config = (f"tls: {{ certificate: {certificates.path('live.pem')}, key: {certificates.path('live.key')} }}\n"
                  "limits: { certificate_check_interval: 1h }\n")
        with router(config, trust=certificates.path("ca.pem")) as served:
            replace_certificate(certificates, "second")
            assert check(served, config=served.config) == (0, "")
            pathlib.Path(certificates.path("live.pem")).unlink()
            assert check(served, config=served.config) == (0, "")


def test_the_administration_is_asked_first():
    admin = free_port()
    with router(f"admin: 127.0.0.1:{admin}\n" + keys()) as served:
        # The file is written when the listeners accept connections already.
        address = pathlib.Path(served.state, "server.address")
        assert eventually(lambda: address.exists() and address.read_text()).endswith(f" 127.0.0.1:{admin}\n")
        assert check(served) == (0, "")
