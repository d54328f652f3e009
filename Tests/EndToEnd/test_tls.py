"""HTTPS with the clients that people use: curl, Python's ssl, openssl s_client, httpx."""

import pathlib
import socket
import ssl
import subprocess
import tempfile
import time

import httpx
import pytest

from harness import binary, router


class Certificates:
    """A certificate authority made for this run, and what it signed."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.run("req", "-x509", *self.key("ca"), "-out", "ca.pem", "-days", "30", "-subj", "/CN=Genlock test authority")
        self.run("req", "-x509", *self.key("clients"), "-out", "clients.pem", "-days", "30", "-subj", "/CN=Genlock test clients")
        self.issue("one", "DNS:localhost,IP:127.0.0.1,DNS:one.example")
        self.issue("two", "DNS:two.example,DNS:*.two.example")
        self.issue("client", "DNS:client.example", by="clients")

    def path(self, name):
        return str(self.folder / name)

    def run(self, *command):
        subprocess.run(["openssl", *command], cwd=self.folder, check=True, capture_output=True)

    @staticmethod
    def key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key"]

    def issue(self, name, names, by="ca", days="30"):
        (self.folder / "names").write_text(f"subjectAltName={names}")
        self.run("req", *self.key(name), "-out", "request", "-subj", f"/CN={name}")
        self.run("x509", "-req", "-in", "request", "-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial", "-extfile", "names",
                 "-out", f"{name}.pem", "-days", days)


@pytest.fixture(scope="module")
def certificates():
    with tempfile.TemporaryDirectory() as folder:
        yield Certificates(folder)


def settings(certificates, *names, more=""):
    pairs = ", ".join(f"{{ certificate: {certificates.path(n + '.pem')}, key: {certificates.path(n + '.key')} }}" for n in names)
    return f"tls: [ {pairs} ]\n{more}"


@pytest.fixture(scope="module")
def secure(certificates):
    with router(settings(certificates, "one", "two"), trust=certificates.path("ca.pem")) as served:
        yield served


def context(certificates, version=None, **client):
    made = ssl.create_default_context(cafile=certificates.path("ca.pem"))
    made.set_alpn_protocols(["http/1.1"])
    if version:
        made.minimum_version = made.maximum_version = version
    if client:
        made.load_cert_chain(**client)
    return made


def get(served, made, name="localhost", session=None, path="/healthz"):
    """One request by hand; the answer's head, and the TLS connection for what it knows."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as plain:
        with made.wrap_socket(plain, server_hostname=name, session=session) as tls:
            tls.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            received = b""
            while piece := tls.recv(65536):
                received += piece
            return received, tls.version(), tls.session, tls.session_reused, tls.getpeercert()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_are_supported(secure, certificates, version):
    received, spoken, *_ = get(secure, context(certificates, version))
    assert received.startswith(b"HTTP/1.1 200 ") and spoken == version.name.replace("_", ".")


def test_older_versions_are_refused(secure):
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                           input=b"", capture_output=True, timeout=20)
    assert shown.returncode != 0 and b"alert protocol version" in shown.stderr


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "NULL", "aNULL"])
def test_weak_ciphers_are_refused(secure, cipher):
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"],
                           input=b"", capture_output=True, timeout=20)
    assert shown.returncode != 0


def test_curl_and_httpx(secure, certificates):
    url = f"https://localhost:{secure.port}/healthz"
    shown = subprocess.run(["curl", "-sS", "--cacert", certificates.path("ca.pem"), "-w", "%{http_code} %{ssl_verify_result}", url],
                           capture_output=True, text=True, timeout=20)
    assert shown.stdout.endswith("200 0"), shown
    with httpx.Client(verify=context(certificates)) as client:
        for _ in range(3):
            assert client.get(url).json() == {"status": "ok"}


def test_a_clip_is_made_and_fetched_under_tls(secure, certificates):
    with httpx.Client(verify=context(certificates), base_url=f"https://localhost:{secure.port}", timeout=60) as client:
        made = client.post("/v1/videos", json={"model": "sora-2", "prompt": "A kite", "seconds": "4"}).json()
        deadline = time.monotonic() + 60
        while made["status"] not in ("completed", "failed"):
            assert time.monotonic() < deadline, made
            time.sleep(0.2)
            made = client.get(f"/v1/videos/{made['id']}").json()
        clip = client.get(f"/v1/videos/{made['id']}/content").content
    assert made["status"] == "completed" and clip[4:8] == b"ftyp"


@pytest.mark.parametrize("name, shown", [("localhost", "one"), ("one.example", "one"), ("two.example", "two"), ("a.two.example", "two")])
def test_the_certificate_that_bears_the_name_is_shown(secure, certificates, name, shown):
    *_, certificate = get(secure, context(certificates), name)
    assert dict(pair[0] for pair in certificate["subject"])["commonName"] == shown


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_sessions_resume_on_every_loop(secure, certificates, version):
    made = context(certificates, version)
    _, _, session, reused, _ = get(secure, made)
    assert not reused
    # Connections are dealt to the loops in turn.
    for _ in range(4):
        received, _, _, reused, _ = get(secure, made, session=session)
        assert received.startswith(b"HTTP/1.1 200 ") and reused


def test_clear_text_on_the_port_of_tls_is_answered_with_400(secure):
    received = secure.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400 ") and b"HTTPS" in received
    assert not secure.raw(b"\x00\x01\x02 nonsense that is no TLS\r\n\r\n").startswith(b"HTTP")


def test_tls_on_a_clear_text_port_is_refused(shared_router):
    with socket.create_connection(("127.0.0.1", shared_router.port), timeout=30) as plain, pytest.raises(ssl.SSLError):
        ssl._create_unverified_context().wrap_socket(plain)


def test_an_unknown_protocol_is_refused(secure, certificates):
    made = context(certificates)
    made.set_alpn_protocols(["spdy/3"])
    with pytest.raises(ssl.SSLError):
        get(secure, made)


def test_clients_may_be_asked_for_a_certificate(certificates):
    more = f"client_ca: {certificates.path('clients.pem')}\n"
    with router(settings(certificates, "one", more=more), trust=certificates.path("ca.pem"), client=certificates.path("client")) as served:
        good = {"certfile": certificates.path("client.pem"), "keyfile": certificates.path("client.key")}
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            made = context(certificates, version, **good)
            received, _, session, _, _ = get(served, made)
            assert received.startswith(b"HTTP/1.1 200 ")
            assert get(served, made, session=session)[3]
            foreign = {"certfile": certificates.path("two.pem"), "keyfile": certificates.path("two.key")}
            for refused in (context(certificates, version), context(certificates, version, **foreign)):
                with pytest.raises(ssl.SSLError, match="alert"):  # A clear word, and no reset.
                    get(served, refused)


def test_the_healthcheck_knows_the_certificate_whatever_its_name(certificates):
    for more in ("", f"client_ca: {certificates.path('clients.pem')}\n"):
        with router(settings(certificates, "one", more=more), trust=certificates.path("ca.pem"), client=certificates.path("client")) as served:
            environment = {"GENLOCK_LISTEN": f"127.0.0.1:{served.port}", "GENLOCK_STATE": served.state}
            for config in (served.config, None):  # The running server has noted that it speaks TLS.
                command = [binary(), "healthcheck"] + (["--config", config] if config else [])
                assert subprocess.run(command, env=environment, capture_output=True, timeout=20).returncode == 0


@pytest.mark.parametrize("flaw, said", [("missing.pem", "missing.pem"), ("two.key", "two.key")])
def test_files_that_do_not_fit_are_refused_at_start(certificates, flaw, said):
    certificate, key = ("missing.pem", "one.key") if flaw == "missing.pem" else ("one.pem", "two.key")
    config = f"tls: {{ certificate: {certificates.path(certificate)}, key: {certificates.path(key)} }}\n"
    with pytest.raises(AssertionError, match=said):
        with router(config, trust=certificates.path("ca.pem")):
            pass
