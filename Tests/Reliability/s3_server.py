"""A real S3 server, SeaweedFS, for tests, and a small client to look into its buckets. `s3-stand.sh` starts it."""

import datetime
import hashlib
import hmac
import os
import pathlib
import re
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from harness import ROOT, free_port

STAND = pathlib.Path(__file__).with_name("s3-stand.sh")
WEED = pathlib.Path(os.environ.get("WEED", ROOT / ".venv/s3/bin/weed"))
ACCESS, SECRET = "genlock-test", "genlock-test-secret"


class S3Server:
    def __init__(self, folder, port=None):
        self.folder, self.port = str(folder), port or free_ports()
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, command):
        shown = subprocess.run(
            ["bash", str(STAND), command, self.folder, str(self.port)], env={**os.environ, "WEED": str(WEED)}, capture_output=True, text=True,
            timeout=60)
        assert shown.returncode == 0, shown.stdout + shown.stderr

    def call(self, method, path, query="", body=b""):
        """Status and body of a signed request; the query has its parameters in order."""
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        digest, host, scope = hashlib.sha256(body).hexdigest(), f"127.0.0.1:{self.port}", f"{day}/us-east-1/s3/aws4_request"
        names = "host;x-amz-content-sha256;x-amz-date"
        request = f"{method}\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{stamp}\n\n{names}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"AWS4{SECRET}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        headers = {
            "x-amz-date": stamp, "x-amz-content-sha256": digest,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS}/{scope}, SignedHeaders={names}, Signature={key.hex()}"}
        sent = urllib.request.Request(self.url + path + (f"?{query}" if query else ""), data=body or None, method=method, headers=headers)
        try:
            with urllib.request.urlopen(sent, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def make_bucket(self, name):
        status, body = self.call("PUT", f"/{name}")
        assert status == 200, body
        return name

    def objects(self, bucket):
        status, body = self.call("GET", f"/{bucket}", "list-type=2")
        assert status == 200, body
        return re.findall(r"<Key>([^<]+)</Key>", body.decode())

    def uploads(self, bucket):
        """Multipart uploads that are not complete."""
        status, body = self.call("GET", f"/{bucket}", "uploads=")
        assert status == 200, body
        return re.findall(r"<UploadId>([^<]+)</UploadId>", body.decode())


def free_ports(count=8):
    """The first of several free ports in a row."""
    for _ in range(100):
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise AssertionError("no ports are free")


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """With GENLOCK_S3_PORT, a server that runs there already."""
    if port := os.environ.get("GENLOCK_S3_PORT"):
        yield S3Server(None, int(port))
        return
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.run("start")
    yield server
    server.run("stop")
