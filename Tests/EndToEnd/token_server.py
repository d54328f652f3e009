"""A token server (RFC 7523 §2.1) on a loopback socket, and a service account that it knows."""

import contextlib
import json
import pathlib
import subprocess
import urllib.parse

from fake_server import FakeServer


class FakeTokenServer(FakeServer):
    """Gives everyone the same token, and records the forms and header names that come in."""

    def __init__(self):
        self.requests = []
        super().__init__()

    def answer(self, handler):
        form = dict(urllib.parse.parse_qsl(handler.read_body().decode()))
        self.requests.append((form, {name.lower() for name in handler.headers}))
        handler.reply({"access_token": "ya29.a-token", "expires_in": 3599, "token_type": "Bearer"})


@contextlib.contextmanager
def token_server(folder):
    """Gives the path of the account's file, and the forms and header names that come in."""
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], capture_output=True, check=True).stdout
    path = pathlib.Path(folder) / "service-account.json"
    with FakeTokenServer() as server:
        path.write_text(json.dumps({
            "type": "service_account", "project_id": "my-proj", "private_key_id": "1", "private_key": pem.decode(),
            "client_email": "video@my-proj.iam.example", "token_uri": server.url + "/token"}))
        yield path, server.requests
