"""A token server (RFC 7523 §2.1) on a loopback socket, and a service account that it knows."""

import contextlib
import http.server
import json
import pathlib
import subprocess
import threading
import urllib.parse


@contextlib.contextmanager
def token_server(folder):
    """Gives the path of the account's file, and the forms and headers that come in."""
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], capture_output=True, check=True).stdout
    taken = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            taken.append((form, {name.lower() for name in self.headers}))
            reply = json.dumps({"access_token": "ya29.a-token", "expires_in": 3599, "token_type": "Bearer"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = pathlib.Path(folder) / "service-account.json"
    path.write_text(json.dumps({
        "type": "service_account", "project_id": "my-proj", "private_key_id": "1", "private_key": pem.decode(),
        "client_email": "video@my-proj.iam.example", "token_uri": f"http://127.0.0.1:{server.server_address[1]}/token"}))
    try:
        yield path, taken
    finally:
        server.shutdown()
        server.server_close()
