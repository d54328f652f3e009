"""The recipes of the documentation, as they stand there: only addresses, names and paths are filled in."""

import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import tempfile

import pytest

from harness import ROOT, eventually, free_port, router
from proxies import running_proxy
from test_reload import bearer
from test_tls import Certificates

PAGE = ROOT / "Sources" / "genlock" / "Documentation.docc" / "BehindAProxy.md"
KEYS = f"keys: [ {{ name: one, sha256: {hashlib.sha256(b'key-one').hexdigest()} }} ]\n"


def recipe(language):
    return re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.S | re.M)[1]


def settings(kind, folder, certificates, port, upstream):
    """What is put into the proxy's file, and the command that runs it."""
    text = recipe(kind).replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    file = os.path.join(folder, "settings")
    if kind == "nginx":
        for suffix in ("pem", "key"):
            text = text.replace(f"/etc/ssl/video.example.com.{suffix}", certificates.path(f"site.{suffix}"))
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        # Debian's own folders belong to root.
        folders = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {folders}\n{text}}}\n"
        command = ["nginx", "-p", folder, "-c", file]
    elif kind == "haproxy":
        both = pathlib.Path(certificates.path("both.pem"))
        both.write_text(pathlib.Path(certificates.path("site.pem")).read_text() + pathlib.Path(certificates.path("site.key")).read_text())
        text = text.replace("/etc/ssl/video.example.com.pem", str(both)).replace("bind :443", f"bind 127.0.0.1:{port}")
        command = ["haproxy", "-db", "-f", file]
    else:
        # A certificate of its own maker takes the place of one from the Internet.
        text = text.replace("video.example.com {", f"https://video.example.com:{port} {{\n\ttls {certificates.path('site.pem')} {certificates.path('site.key')}")
        text = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}}\n{text}"
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", file]
    pathlib.Path(file).write_text(text)
    return command


@contextlib.contextmanager
def proxy_of_the_recipe(kind, upstream):
    with tempfile.TemporaryDirectory() as folder:
        certificates = Certificates(folder)
        certificates.issue("site", "DNS:video.example.com")
        port = free_port()
        command = settings(kind, folder, certificates, port, upstream)
        with running_proxy(command, port, folder, env={**os.environ, "HOME": folder, "XDG_DATA_HOME": folder}):
            yield port, ssl.create_default_context(cafile=certificates.path("ca.pem"))


class ProxiedConnection(http.client.HTTPSConnection):
    """A connection to a port of this machine that asks for the site's name."""

    def __init__(self, port, context):
        super().__init__("video.example.com", port, context=context, timeout=30)

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def fetch(self, method, path, body=None, headers=None):
        # nginx closes a connection whose request was refused before it was whole.
        self.close()
        self.request(method, path, body=body and json.dumps(body), headers={"Content-Type": "application/json", **(headers or {})})
        answer = self.getresponse()
        return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize("kind", ["nginx", "haproxy", "caddy"])
def test_a_job_through_the_proxy(kind):
    if not shutil.which(kind):
        pytest.skip(f"{kind} is not installed")
    with router(KEYS, env={"GENLOCK_TEST_RENDER_SECONDS": "0.2"}) as served, proxy_of_the_recipe(kind, served.port) as (port, context):
        proxy = ProxiedConnection(port, context)
        # HAProxy and Caddy look at /readyz before they send anybody on.
        eventually(lambda: proxy.fetch("GET", "/readyz")[0] == 200)
        # A body that is larger than what proxies take by default: nginx refuses more than 1 MiB.
        job = {"model": "sora-2", "prompt": "A kite", "seconds": "4", "padding": "x" * (3 << 20)}
        assert proxy.fetch("POST", "/v1/videos", job)[0] == 401
        job.pop("padding")
        status, _, body = proxy.fetch("POST", "/v1/videos", job, bearer("one"))
        assert status == 200, body
        path = f"/v1/videos/{json.loads(body)['id']}"
        eventually(lambda: json.loads(proxy.fetch("GET", path, headers=bearer("one"))[2])["status"] == "completed")
        status, headers, clip = proxy.fetch("GET", path + "/content", headers=bearer("one"))
        assert status == 200 and len(clip) == int(headers["content-length"]) and clip[4:8] == b"ftyp"
        # Links name what the client called.
        document = proxy.fetch("GET", "/siraya/v1/videos/generations/none", headers=bearer("one"))
        assert document[0] in (404, 405)
        assert b"genlock_" not in proxy.fetch("GET", "/metrics", headers=bearer("one"))[2]
