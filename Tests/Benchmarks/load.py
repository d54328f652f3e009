"""Load on a server and what it cost, measured from outside: wrk for requests, curl for clips, /proc for the processor's time."""

import pathlib
import re
import statistics
import subprocess
import threading
import time

from servers import CLIP, Client, cpu

UNITS = {"us": 0.001, "ms": 1, "s": 1000}


def wrk(url, seconds, connections, script=None):
    """Requests answered, those per second, and the 50th and 99th percentile of their time in milliseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    shown = subprocess.run(command + (["-s", str(script)] if script else []) + [url], capture_output=True, text=True).stdout
    if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", shown):
        raise SystemExit(f"{url}: {bad[1]} answers were errors")
    times = {int(share): float(number) * UNITS[unit] for share, number, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)", shown)}
    return {"count": int(re.search(r"(\d+) requests in", shown)[1]), "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1]),
            "p50": times.get(50), "p99": times.get(99)}


def cost(process, url, seconds, connections, script=None):
    """What wrk found, and microseconds of the server's processor for each request."""
    before = cpu(process)
    found = wrk(url, seconds, connections, script)
    return found | {"cpu": (cpu(process) - before) / max(found["count"], 1) * 1e6}


def streams(process, url, count, connections, at_once):
    """Requests a second of h2load over HTTP/2 without TLS, and microseconds of the server's processor for each."""
    before = cpu(process)
    shown = subprocess.run(["h2load", "-t1", f"-c{connections}", f"-m{at_once}", f"-n{count}", url], capture_output=True, text=True).stdout
    if f"{count} succeeded" not in shown:
        raise SystemExit(f"{url}: not every stream was answered\n{shown}")
    return {"rate": float(re.search(r"([\d.]+) req/s", shown)[1]), "cpu": (cpu(process) - before) / count * 1e6}


def fill(folder, url, body, count):
    """Posts a body that many times."""
    path = pathlib.Path(folder) / "body"
    path.write_text(body)
    connections = min(count, 16)
    shown = subprocess.run(["h2load", "--h1", "-t1", f"-c{connections}", f"-n{count}", "-d", path, "-H", "content-type: application/json", url],
                           capture_output=True, text=True).stdout
    if f"status codes: {count} 2xx" not in shown:
        raise SystemExit(f"{url}: not every create was answered\n{shown}")


def download(process, url, times=8, version="--http1.1"):
    """MB/s of curl, into nothing, and microseconds of the server's processor for each MB."""
    before, begin = cpu(process), time.monotonic()
    for _ in range(times):
        subprocess.run(["curl", "-skf", version, "-o", "/dev/null", url], check=True)
    size = CLIP * times / 1e6
    return {"rate": size / (time.monotonic() - begin), "cpu": (cpu(process) - before) / size * 1e6}


def post_script(folder, body):
    path = pathlib.Path(folder) / "post.lua"
    path.write_text(f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\nwrk.headers["Content-Type"] = "application/json"\n')
    return path


def ask_script(folder, jobs):
    """Asks for one job after the other."""
    folder = pathlib.Path(folder)
    (folder / "jobs").write_text("\n".join(jobs))
    path = folder / "ask.lua"
    path.write_text(f"""
local jobs, place = {{}}, 0
for job in io.lines("{folder}/jobs") do jobs[#jobs + 1] = job end
request = function() place = place % #jobs + 1; return wrk.format("GET", "/v1/videos/" .. jobs[place]) end
""")
    return path


def stall(port, seconds, beside):
    """Milliseconds that a small request takes while `beside` runs over and over on another connection: median, 99th percentile, most."""
    over = threading.Event()

    def repeat():
        client = Client(port)
        while not over.is_set():
            beside(client)

    worker = threading.Thread(target=repeat)
    worker.start()
    client, times, end = Client(port), [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        client.send("GET", "/healthz")
        times.append((time.monotonic() - begin) * 1000)
        time.sleep(0.0005)
    over.set()
    worker.join()
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)], times[-1]
