"""What operators may read and others may not: the administration's own address, keys with `admin: true`, lists of models."""

import hashlib
import http.client
import json
import os
import socket
import tempfile

import pytest

from harness import eventually, free_port, router
from test_reload import bearer, reload

def keys(admin=False):
    def row(name, more=""):
        return f"{{ name: {name}, sha256: {hashlib.sha256(('key-' + name).encode()).hexdigest()}{more} }}"
    return f"keys: [ {row('client')}, {row('ops', ', admin: true' if admin else '')} ]\n"


ACCOUNTS = "accounts: { stage: { vendor: test }, other: { vendor: test } }\n"


def request(address, path, host=None, method="GET"):
    """Status and body from `host:port` or the path of a socket file."""
    connection = http.client.HTTPConnection("127.0.0.1", 1, timeout=30)
    if "/" in address:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(address)
    else:
        connection.sock = socket.create_connection(("127.0.0.1", int(address)), timeout=30)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_the_administration_has_an_address_of_its_own(kind):
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        address = str(port) if kind == "tcp" else os.path.join(folder, "admin.sock")
        admin = f"admin: {'127.0.0.1:' if kind == 'tcp' else 'unix:'}{address}\n"
        with router(admin + keys(admin=True) + ACCOUNTS) as served:
            status, body = request(address, "/readyz")
            assert status == 200 and {"stage", "other"} <= set(json.loads(body)["accounts"])
            assert request(address, "/healthz")[0] == 200
            status, body = request(address, "/metrics")
            assert status == 200 and b"genlock_requests_total" in body and b"genlock_ready 1" in body
            assert request(address, "/v1/videos")[0] == 404 and request(address, "/readyz", method="POST")[0] == 405
            # A web page that has rebound its own name to this machine.
            assert request(address, "/metrics", host="evil.example")[0] == 403
            assert request(address, "/metrics", host="127.0.0.1:9")[0] == 200
            # The public port serves none of it to any caller.
            for who in ({}, bearer("client"), bearer("ops")):
                assert served.call("GET", "/metrics", headers=who).status == 404
                assert served.call("GET", "/readyz", headers=who).json == {"status": "ready"}


def test_an_address_of_the_administration_comes_and_goes_with_a_reload():
    first, second = free_port(), free_port()
    with router(f"admin: 127.0.0.1:{first}\n" + keys()) as served:
        assert request(str(first), "/healthz")[0] == 200
        reload(served, f"admin: 127.0.0.1:{second}\n" + keys())
        assert request(str(second), "/healthz")[0] == 200
        with pytest.raises(ConnectionRefusedError):
            request(str(first), "/healthz")
        # An address that is taken refuses the whole configuration.
        with socket.create_server(("127.0.0.1", 0)) as taken:
            reload(served, f"admin: 127.0.0.1:{taken.getsockname()[1]}\n" + keys(), "not reloaded")
        assert request(str(second), "/healthz")[0] == 200


def test_without_an_address_of_its_own_a_key_must_be_an_administrators():
    with router(keys(admin=True) + ACCOUNTS) as served:
        statuses = [served.call("GET", "/metrics", headers=who).status for who in ({}, bearer("nobody"), bearer("client"), bearer("ops"))]
        assert statuses == [401, 401, 403, 200]
        for who in ({}, bearer("nobody"), bearer("client")):
            assert served.call("GET", "/readyz", headers=who).json == {"status": "ready"}
        assert {"stage", "other"} <= set(served.call("GET", "/readyz", headers=bearer("ops")).json["accounts"])


def test_a_server_without_keys_shows_its_metrics_to_this_machine_alone():
    with router(ACCOUNTS) as served:
        assert served.call("GET", "/metrics").status == 200
        assert served.call("GET", "/metrics", headers={"Host": "evil.example"}).status == 403
        assert served.call("GET", "/readyz").json == {"status": "ready"}


LISTS = ["/v1/models", "/v1/videos/models", "/models", "/api/v1/models", "/imagerouter/v1/models", "/imagerouter/v2/models",
         "/imagerouter/v1/models/x", "/aimlapi/v1/models", "/aimlapi/models", "/aimlapi/api/v1/models", "/aimlapi/model/x", "/siray/v1/models",
         "/siraya/v1/models", "/siray/v1/videos/models", "/siraya/v1/videos/models", "/ltx/v1/models", "/ltx/v2/models"]
OPEN_IN_0_1_0 = ["/imagerouter/v1/models", "/imagerouter/v2/models", "/imagerouter/v1/models/x", "/aimlapi/v1/models", "/aimlapi/models",
                 "/aimlapi/api/v1/models", "/aimlapi/model/x"]


def test_lists_of_models_need_a_key():
    with router(keys() + ACCOUNTS) as served:
        for path in LISTS:
            known = served.call("GET", path, headers=bearer("client")).status
            status = served.call("GET", path).status
            # What is nowhere is nowhere for everybody; everything else wants a key.
            assert status == (401 if known == 200 or status == 401 else known) != 200, (path, status, known)
        assert [served.call("GET", path).status for path in OPEN_IN_0_1_0] == [401] * len(OPEN_IN_0_1_0)
        document = served.call("GET", "/openapi.json")
        assert document.status == 200
        for word in ("stage", "other", "client", "ops"):
            assert f'"{word}"' not in document.body.decode() and f"/{word}/" not in document.body.decode(), word


def test_readiness_is_red_while_the_server_drains():
    admin = free_port()
    config = f"admin: 127.0.0.1:{admin}\nlimits: {{ shutdown_grace: 10s }}\n" + keys()
    with router(config) as served:
        body = b'{"model": "sora-2", "prompt": "A kite", "seconds": "4"}'
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as slow:
            # A request in flight keeps the server draining.
            slow.sendall(b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer key-client\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body[:10])
            eventually(lambda: request(str(admin), "/readyz")[0] == 200)
            served.process.terminate()
            eventually(lambda: request(str(admin), "/readyz")[0] == 503)
            assert json.loads(request(str(admin), "/readyz")[1])["reason"] == "draining"
            assert b"genlock_ready 0" in request(str(admin), "/metrics")[1]
            slow.sendall(body[10:])
            assert slow.recv(100).startswith(b"HTTP/1.1 200 ")
        assert served.process.wait(20) == 0
