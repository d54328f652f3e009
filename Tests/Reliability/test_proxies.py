"""Behind nginx and HAProxy: both sides agree on where each request ends.

Every connection of the framing tables goes to the proxy. The proxy gives each request that it passes on an id of its own, so a request
that the router has read and the proxy has not sent shows, as does one that was lost. Behind each case a plain request goes over the same
connection between the two: whatever one side left behind would spoil it. `make soak` walks every setup, `make test` two."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

import pytest

from harness import binary, free_port, router
from proxies import running_proxy

CASES = pathlib.Path(binary()).with_name("conformance-cases")

NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors crit;
events {{ worker_connections 256; }}
http {{
    log_format id '$request_id $upstream_status $request_uri';
    access_log {folder}/access id;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d;
    scgi_temp_path {folder}/e;
    upstream router {{ server 127.0.0.1:{upstream}; keepalive 1; }}
    server {{
        listen 127.0.0.1:{port}{front}; client_body_timeout 5s; client_header_timeout 5s; ignore_invalid_headers off;
        underscores_in_headers on; large_client_header_buffers 4 64k;
        location / {{
            proxy_pass http://router; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
            proxy_set_header X-Request-Id $request_id; proxy_ignore_client_abort on; proxy_next_upstream off;
            proxy_request_buffering {back};
        }}
    }}
}}
"""

HAPROXY = """
global
    log stdout format raw local0
    tune.bufsize 65536
defaults
    mode http
    log global
    log-format "%ID %[var(txn.sent)] %{{+Q}}[var(txn.uri)]"
    timeout client 5s
    timeout server 5s
    timeout connect 5s
    timeout http-request 5s
    unique-id-format "%{{+X}}o%Ts%rt%pid"
    option accept-invalid-http-request
    http-reuse always
frontend in
    bind 127.0.0.1:{port}{front}
    http-request set-var(txn.uri) url
    http-request set-header x-request-id %[unique-id]
    default_backend router
backend router
    http-response set-var(txn.sent) status
    server router 127.0.0.1:{upstream}{back}
"""

# What the router says of a head that it does not take as a request; it closes the connection and logs nothing.
REFUSALS = {400, 414, 417, 431, 501, 505}

SETUPS = [
    pytest.param("nginx", "http/1.1", "", "on", id="nginx that reads bodies whole"),
    pytest.param("nginx", "http/1.1", "", "off", id="nginx that passes bodies on as they come"),
    pytest.param("nginx", "h2", " http2", "off", id="nginx, HTTP/2 in front"),
    pytest.param("haproxy", "http/1.1", "", "", id="haproxy"),
    pytest.param("haproxy", "http/1.1", "", " proto h2", id="haproxy, HTTP/2 behind"),
    pytest.param("haproxy", "h2", " proto h2", "", id="haproxy, HTTP/2 in front"),
    pytest.param("haproxy", "h2", " proto h2", " proto h2", id="haproxy, HTTP/2 on both sides"),
]
if not os.environ.get("GENLOCK_SOAK"):
    SETUPS = [SETUPS[1], SETUPS[-1]]


@contextlib.contextmanager
def proxy(kind, upstream, front, back):
    """A running proxy; gives its port, and a list that holds the lines of its log once it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        port, notes = free_port(), pathlib.Path(folder, "access")
        text = (NGINX if kind == "nginx" else HAPROXY).format(folder=folder, port=port, upstream=upstream, front=front, back=back)
        pathlib.Path(folder, "settings").write_text(text)
        command = ["nginx", "-p", folder, "-c", "settings"] if kind == "nginx" else ["haproxy", "-db", "-f", folder + "/settings"]
        logged = []
        with open(notes, "ab") as sink, running_proxy(command, port, folder, stdout=sink):
            yield port, logged
        logged += [line.split(" ", 2) for line in notes.read_text(errors="replace").splitlines() if line.count(" ") >= 2]


def cases(version):
    lines = subprocess.run([CASES], capture_output=True, text=True, check=True).stdout.splitlines()
    return [(name, bytes.fromhex(data)) for v, data, name in (line.split("\t") for line in lines) if v == version]


def send_raw(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as s, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        while s.recv(65536):
            pass


def sentinel(port, version, place):
    url = f"http://127.0.0.1:{port}/healthz?behind={place}"
    way = "--http2-prior-knowledge" if version == "h2" else "--http1.1"
    command = ["curl", "-s", "-m", "20", way, "-o", "/dev/null", "-w", "%{http_code}", url]
    return subprocess.run(command, capture_output=True, text=True).stdout


@pytest.mark.parametrize("kind, version, front, back", SETUPS)
def test_both_sides_agree_on_where_a_request_ends(kind, version, front, back):
    if not shutil.which(kind):
        pytest.skip(f"{kind} is not installed")
    if not CASES.exists():
        pytest.skip(f"{CASES} is not built")
    table, spoiled = cases(version), []
    assert table, f"{CASES} has no cases for {version}"
    # Health probes are in the log at this level only.
    with router(env={"GENLOCK_LOG": "debug"}) as served:
        with proxy(kind, served.port, front, back) as (port, logged):
            for place, (name, data) in enumerate(table):
                send_raw(port, data)
                if (status := sentinel(port, version, place)) != "200":
                    spoiled.append(f"{name}: the next request is answered {status}")
    known = {id for id, _, _ in logged}
    heard = {}
    for entry in map(json.loads, served.last_log.splitlines()):
        # What is refused before it is a request has no name of the proxy's; the harness has asked whether the router is ready.
        if entry["message"] == "request" and entry["method"] != "-" and (heard or entry["request"] in known):
            heard[entry["request"]] = entry
    place, passed_on = 0, set()
    for id, status, uri in logged:
        if "/healthz?behind=" in uri:
            place = int(uri.split("=")[1].strip('"')) + 1
        if not status.isdigit():
            continue
        passed_on.add(id)
        if id not in heard and int(status) not in REFUSALS:
            spoiled.append(f"{table[place][0]}: {uri} was answered {status} and never read")
        elif id in heard and heard[id]["status"] != int(status):
            spoiled.append(f"{table[place][0]}: {uri} was answered {heard[id]['status']} and came as {status}")
    spoiled += [f"a request that the proxy has not sent: {entry}" for id, entry in heard.items() if id not in known]
    assert len(passed_on) > len(table), "the proxy has passed on too little"
    assert not spoiled, "\n".join(spoiled)

