"""Starts a reverse proxy for a test and stops it again."""

import contextlib
import os
import pathlib
import socket
import subprocess
import time


@contextlib.contextmanager
def running_proxy(command, port, folder, stdout=None, env=None, seconds=30):
    """Runs the command from the moment that it accepts connections on the port until the block ends. Output goes to a file in the folder,
    standard output to `stdout` where that is given; a failed start reports it."""
    output = pathlib.Path(folder, "proxy-output")
    with open(output, "wb") as sink:
        process = subprocess.Popen(command, stdout=stdout or sink, stderr=sink, env=env or os.environ)
    try:
        deadline = time.monotonic() + seconds
        while not accepts_connections(port):
            assert process.poll() is None and time.monotonic() < deadline, f"{command[0]} did not start: {output.read_text()}"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def accepts_connections(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
