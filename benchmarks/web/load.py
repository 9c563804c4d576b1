"""One row under load, by wrk: requests a second, latencies, bytes, and the server's CPU."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.web.rows import Row
from benchmarks.web.servers import Server

CONNECTIONS = 8
Figures = dict[str, float]
SCRIPT = """
wrk.method = %s
for name, value in pairs({%s}) do wrk.headers[name] = value end
local file = io.open(%s, "rb")
wrk.body = file:read("*a")
file:close()
"""
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}
SIZES = {"B": 1.0, "KB": 1024.0, "MB": 1024.0**2, "GB": 1024.0**3}


def need_wrk() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not here: apt-get install wrk, or brew install wrk")


def measure(server: Server, row: Row, seconds: int) -> Figures | None:
    """For so long; None where answers are refusals. Units: ms, requests a second, bytes."""
    with tempfile.TemporaryDirectory() as folder:
        script = _script(Path(folder), row, server.headers | row.headers)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{min(seconds, row.seconds)}", "--latency",
                   "-s", str(script), server.url + row.path]  # fmt: skip
        before = server.cpu_seconds()
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        after = server.cpu_seconds()
    if "Non-2xx" in said or "Socket errors" in said:
        return None
    return _figures(said, None if before is None or after is None else after - before)


def _script(folder: Path, row: Row, headers: dict[str, str]) -> Path:
    body, script = folder / "body", folder / "row.lua"
    body.write_text(row.body)
    told = ", ".join(f"[{json.dumps(name)}] = {json.dumps(text)}" for name, text in headers.items())
    script.write_text(SCRIPT % (json.dumps(row.method), told, json.dumps(str(body))))
    return script


def _figures(said: str, cpu_seconds: float | None) -> Figures:
    requests, read = re.findall(r"(\d+) requests in [\d.]+\w+, ([\d.]+\wB|[\d.]+B)", said)[0]
    figures = {
        "per_second": float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]),
        "p50_ms": _ms(re.findall(r" 50%\s+(\S+)", said)[0]),
        "p99_ms": _ms(re.findall(r" 99%\s+(\S+)", said)[0]),
        "bytes": round(_bytes(read) / int(requests)),
    }
    if cpu_seconds is not None:
        figures["cpu_ms"] = round(1000 * cpu_seconds / int(requests), 3)
    return figures


def _ms(text: str) -> float:
    number, unit = re.findall(r"([\d.]+)(us|ms|s|m)$", text)[0]
    return round(float(number) * UNITS[unit], 2)


def _bytes(text: str) -> float:
    return float(text.rstrip("KMGB")) * SIZES[text.lstrip("0123456789.")]
