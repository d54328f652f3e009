"""A vendor that keeps a name for each task and can be asked for it."""

import http.server
import json
import socket
import threading
import time


class Kling:
    """Keeps a task under the name that came with it; the answer to its creation is lost while `loses` is set, and the task is unknown
    for so many searches. What was asked of is written down, call by call."""

    def __init__(self):
        self.tasks, self.loses, self.blind, self.searches = [], False, 0, 0
        self.state, self.asked = "succeeded", []
        self.delay = lambda: 0
        self.lock = threading.Lock()
        kling = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, data):
                body = json.dumps({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with kling.lock:
                    kling.tasks.append((f"task{len(kling.tasks)}", body["options"]["external_task_id"], body["prompt"]))
                    task = kling.tasks[-1][0]
                time.sleep(kling.delay())
                if kling.loses:
                    kling.loses()
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                self.answer({"id": task, "status": "submitted"})

            def do_GET(self):
                if self.path.startswith("/clip"):
                    self.send_response(200)
                    self.send_header("Content-Type", "video/mp4")
                    self.send_header("Content-Length", "4")
                    self.end_headers()
                    return self.wfile.write(b"clip")
                key, _, ids = self.path.split("?")[1].partition("=")
                wanted = ids.replace("%2C", ",").split(",")
                kling.asked.append(wanted)
                place = 1 if key == "external_task_ids" else 0
                if place:
                    kling.searches += 1
                    kling.blind -= 1
                    if kling.blind >= 0:
                        return self.answer([])
                url = f"http://127.0.0.1:{kling.port}/clip"
                self.answer([{"id": task[0], "external_id": task[1], "status": kling.state, "outputs": [{"type": "video", "id": "v", "url": url}]}
                             for task in kling.tasks if task[place] in wanted])

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def config(self):
        return f"accounts:\n  kling: {{ base_url: 'http://127.0.0.1:{self.port}', api_key: k }}\nlimits: {{ lookup_timeout: 2s }}\n"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
