"""A load generator for HTTP/1.1: requests as fast as the connections allow, or with Poisson arrivals."""

import json
import random
import re
import select
import socket
import time

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


def request(method, path, body=None):
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-local\r\nAccept: */*\r\n"
    if body is None:
        return head.encode() + b"\r\n"
    data = json.dumps(body).encode()
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begin(0, None)

    def begin(self, due, text):
        self.due, self.received, self.length = due, b"", None
        if text:
            self.socket.sendall(text)

    def read(self):
        """The response's body once it is complete, else nil. Anything but a 200 ends the program."""
        data = self.socket.recv(65536)
        self.received += data
        if self.length is None and (end := self.received.find(b"\r\n\r\n")) >= 0:
            self.length = end + 4 + int(LENGTH.search(self.received[:end + 2])[1])
        if not data or not (b"HTTP/1.1 200").startswith(self.received[:12]):
            raise SystemExit(f"not a 200: {self.received[:300]}")
        if self.length is None or len(self.received) < self.length:
            return None
        return self.received[self.received.find(b"\r\n\r\n") + 4:]


def run(port, requests, connections, rate=None):
    """Sends every request once. With a rate, arrivals are a Poisson process, and a time counts from the arrival: a request that waits for
    a connection, or for this program, counts as slow. Returns milliseconds and bodies, in the order of the responses."""
    free = [Connection(port) for _ in range(connections)]
    waiting = select.poll()
    busy, times, bodies, sent = {}, [], [], 0
    due = time.monotonic()
    while len(times) < len(requests):
        now = time.monotonic()
        while sent < len(requests) and free and (rate is None or due <= now):
            connection = free.pop()
            connection.begin(now if rate is None else due, requests[sent])
            busy[connection.socket.fileno()] = connection
            waiting.register(connection.socket, select.POLLIN)
            sent += 1
            due += random.expovariate(rate) if rate else 0
        pause = None if rate is None or not free or sent == len(requests) else max(0, due - time.monotonic())
        # poll(2) counts milliseconds, too coarse for arrivals.
        if pause is not None and pause < 0.002:
            ready = select.select(list(busy), [], [], pause)[0]
        else:
            ready = [descriptor for descriptor, _ in waiting.poll(None if pause is None else int(pause * 1000))]
        now = time.monotonic()
        for descriptor in ready:
            connection = busy[descriptor]
            body = connection.read()
            if body is None:
                continue
            times.append((now - connection.due) * 1000)
            bodies.append(body)
            waiting.unregister(descriptor)
            free.append(busy.pop(descriptor))
    for connection in free:
        connection.socket.close()
    return times, bodies


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
