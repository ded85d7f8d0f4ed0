"""Durable accept against the bare aiohttp handler, in one run: bare and product rounds take turns.

Ratios compare only within one run: the machine's speed and its disk's wander. The median of the rounds counts;
`fdatasync` is measured beside them, for a ratio means nothing without it.
"""

from __future__ import annotations

import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.databases import postgresql_urls
from simulators.whatsapp import FakeWhatsApp, wire_body
from simulators.whatsapp_events import text_value

ROUNDS = 3
SECONDS = 4
BODIES = 60_000  # per round; more than a round can use
# What people write at first; what makes a message new is its id.
QUESTIONS = (
    "cho em hỏi nq 93 áp dụng cho ai",
    "Hợp tác xã có được hỗ trợ không ạ?",
    "ho so gom nhung gi ad oi",
    "Cuộc thi khởi nghiệp năm nay hạn nộp đến khi nào?",
)
SCRIPT = """
local lines = {}
for line in io.lines(os.getenv("BODIES")) do lines[#lines + 1] = line end
local at = 0
request = function()
  at = at % #lines + 1
  local mac, body = lines[at]:match("^(%S+) (.*)$")
  return wrk.format("POST", nil, {["X-Hub-Signature-256"] = mac, ["Content-Type"] = "application/json"}, body)
end
"""


@dataclass(slots=True)
class Figures:
    """What the rounds of one sink gave: requests per second, ratio to bare, latency in ms."""

    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def fdatasync_ms(directory: Path, times: int = 60) -> float:
    """Return the median time of one small durable write."""
    path = directory / "sync"
    taken = []
    with path.open("wb") as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def write_bodies(path: Path) -> None:
    """Write signed bodies, each with a message id and a person of its own in a thousand."""
    fake = FakeWhatsApp()
    with path.open("wb") as file:
        for number in range(BODIES):
            body = wire_body(
                fake.envelope(text_value(QUESTIONS[number % len(QUESTIONS)], user=f"849{number % 1000:08}"))
            )
            file.write(fake.sign(body)["X-Hub-Signature-256"].encode() + b" " + body + b"\n")


@contextmanager
def accepting(mode: str) -> Iterator[int]:
    """Run a server that accepts; yield its port."""
    command = [sys.executable, "-m", "benchmarks.accepting", mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def load(port: int, connections: int, directory: Path) -> tuple[float, float, float]:
    """Return requests per second, p50 and p99 in ms of one round. Fails when any answer was not 200."""
    write_bodies(directory / "bodies")
    (directory / "send.lua").write_text(SCRIPT)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(directory / "send.lua")]
    done = subprocess.run(  # noqa: S603 - a fixed command
        [*command, f"http://127.0.0.1:{port}/webhooks/whatsapp"],
        env={**os.environ, "BODIES": str(directory / "bodies")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(done.stdout)
    percentile = {name: _ms(value) for name, value in re.findall(r"(50|99)%\s+([\d.]+\w+)", done.stdout)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert rate is not None
    return float(rate[1]), percentile["50"], percentile["99"]


def _ms(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def measure(url: str, connections: int, directory: Path) -> Figures:
    """Take turns between bare and `url`; a ratio divides by the mean of the bare rounds around it."""
    figures = Figures()
    with accepting("bare") as bare_port, accepting(url) as port:
        before, _, _ = load(bare_port, connections, directory)
        for _ in range(ROUNDS):
            rate, p50, p99 = load(port, connections, directory)
            after, _, _ = load(bare_port, connections, directory)
            figures.rates.append(rate)
            figures.ratios.append(rate / statistics.mean((before, after)))
            figures.p50.append(p50)
            figures.p99.append(p99)
            before = after
    return figures


def main() -> None:
    """Print the table."""
    table = Table(title=f"Durable accept (wrk, {ROUNDS} rounds of {SECONDS} s, medians)")
    for name in ("sink", "connections", "requests/s", "ratio to bare (min-max)", "p50 ms", "p99 ms", "fdatasync ms"):
        table.add_column(name, justify="right")
    with tempfile.TemporaryDirectory(dir=".") as name, postgresql_urls() as new_url:
        directory = Path(name)
        sinks = {"SQLite": lambda: f"sqlite+aiosqlite:///{directory}/{secrets.token_hex(4)}.db", "PostgreSQL": new_url}
        for sink, make_url in sinks.items():
            for connections in (64, 256):
                sync = fdatasync_ms(directory)
                it = measure(make_url(), connections, directory)
                ratio = f"{statistics.median(it.ratios):.2f} ({min(it.ratios):.2f}-{max(it.ratios):.2f})"
                table.add_row(
                    sink, str(connections), f"{statistics.median(it.rates):,.0f}", ratio,
                    f"{statistics.median(it.p50):.1f}", f"{statistics.median(it.p99):.1f}", f"{sync:.2f}",
                )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
