"""From the command to `/readyz`, and what the server then takes of memory. A fresh database, the starter knowledge."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROUNDS = 5
ROOT = Path(__file__).parents[1]
QUESTION = "nq 93 ap dung cho ai"


def is_ready(address: str) -> bool:
    """Tell whether the server says it can answer."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=1) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_once(directory: str) -> tuple[float, float]:
    """Return seconds to readiness and the resident memory in MB."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = ""
        while not address:
            found = re.search(r"serves at (\S+)", process.stdout.readline())
            address = found[1] if found else ""
        while not is_ready(address):
            time.sleep(0.01)
        taken = time.perf_counter() - started
        time.sleep(2)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        process.terminate()
    memory = re.search(r"VmRSS:\s+(\d+)", status)
    assert memory is not None
    return taken, int(memory[1]) / 1024


def main() -> None:
    """Print the table."""
    first, later, memory = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as directory:
            first.append(start_once(directory)[0])
            taken, resident = start_once(directory)
            later.append(taken)
            memory.append(resident)
    table = Table(title=f"Start-up ({ROUNDS} rounds, medians)")
    for name in ("first start to /readyz, s", "later start, s", "RSS, MB"):
        table.add_column(name, justify="right")
    figures = (statistics.median(values) for values in (first, later, memory))
    table.add_row(*(f"{value:.1f}" for value in figures))
    Console().print(table)


if __name__ == "__main__":
    main()
