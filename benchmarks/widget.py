"""What the web chat costs an old telephone: bytes, time to the first answer, time from a key to its letter.

A telephone is 390 pixels wide and, by Chromium's own brakes, four times slower than this machine; "Slow 3G" is
Chromium's: 400 kbit/s each way and two seconds for every round trip. The first answer is timed with the network's time
apart, as it says more about the network than about us.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "webhooks/webchat/static"
QUESTION = "nq 93 ap dung cho ai"
TYPED = "nghị quyết 36 về công nghệ sinh học"
ROUNDS = 5
SLOWER = 4
SLOW_3G = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 2000}
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# From the key to the frame that shows its letter.
LISTEN = """() => { window.waits = []; document.querySelector('textarea').addEventListener('keydown', event => {
const begun = event.timeStamp; requestAnimationFrame(() => { const channel = new MessageChannel();
channel.port1.onmessage = () => waits.push(performance.now() - begun);
channel.port2.postMessage(0); }); }); }"""


@contextmanager
def serving() -> Iterator[str]:
    """Run the server on a fresh database; yield its address."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with (
        tempfile.TemporaryDirectory() as directory,
        subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
    ):
        assert process.stdout is not None
        found = None
        while found is None:
            found = re.search(r"serves at (\S+)", process.stdout.readline())
        try:
            yield found[1]
        finally:
            process.terminate()


def telephone(browser: Browser, address: str, *, slow_network: bool = False) -> Page:
    """Open the conversation's page as a slow telephone does."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(address)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if slow_network:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_3G)
    return page


def seconds_to_answer(browser: Browser, address: str) -> float:
    """Return the time from Enter to an answer with its source on the screen."""
    page = telephone(browser, f"{address}/chat/panel")
    page.locator(".composer textarea").fill(QUESTION)
    begun = time.perf_counter()
    page.locator(".composer textarea").press("Enter")
    page.locator(".source a").first.wait_for()
    taken = time.perf_counter() - begun
    page.context.close()
    return taken


def seconds_to_open_on_slow_3g(browser: Browser, address: str) -> float:
    """Return the time from a press on the launcher to a panel one can type in."""
    page = telephone(browser, address, slow_network=True)
    page.locator("hoidap-widget .launcher").wait_for()
    begun = time.perf_counter()
    page.locator("hoidap-widget .launcher").click()
    page.frame_locator("hoidap-widget iframe").locator(".composer textarea").wait_for()
    taken = time.perf_counter() - begun
    page.context.close()
    return taken


def input_latency_ms(browser: Browser, address: str) -> float:
    """Return the 75th percentile of the time from a key to its letter, in ms (as Core Web Vitals count)."""
    page = telephone(browser, f"{address}/chat/panel")
    page.evaluate(LISTEN)
    page.locator(".composer textarea").press_sequentially(TYPED, delay=60)
    waits = sorted(page.evaluate("waits"))
    page.context.close()
    return float(waits[len(waits) * 3 // 4])


def weight(*names: str) -> int:
    """Return what files weigh after gzip, in bytes."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def main() -> None:
    """Print the table."""
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        raise SystemExit("The table `widget` needs Chromium (apt-get install chromium).")
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        answers = [seconds_to_answer(browser, address) for _ in range(ROUNDS)]
        keys = [input_latency_ms(browser, address) for _ in range(ROUNDS)]
        opening = seconds_to_open_on_slow_3g(browser, address)
        browser.close()
    table = Table(title=f"Web chat on a slow telephone ({SLOWER}x slower; {ROUNDS} rounds, medians)")
    for name in ("figure", "measured", "budget"):
        table.add_column(name, justify="right" if name != "figure" else "left")
    table.add_row("loader, bytes gzip", f"{weight('widget.js'):,}", "8,192")
    table.add_row("whole widget, bytes gzip", f"{weight('widget.js', 'panel.js', 'panel.css'):,}", "40,960")
    table.add_row("first answer visible, s (network apart)", f"{statistics.median(answers):.2f}", "1.00")
    table.add_row("key to letter, ms (75th percentile)", f"{statistics.median(keys):.0f}", "50")
    table.add_row("panel open on Slow 3G, s (two round trips of 2 s)", f"{opening:.1f}", "8.0")
    Console().print(table)


if __name__ == "__main__":
    main()
