"""`hoidap simulate`: one fake platform with its page, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence

import aiohttp

from runtime.clock import SystemClock
from simulators.pages import Page
from simulators.platform import Fault, running
from simulators.scenes import SCENES, fault_named
from simulators.stage import Stage


def read_script(text: str) -> list[Fault]:
    """Return the faults of a script: one word per line and call, `ok` for none, `#` begins a remark.

    Raises ValueError naming the line that is no fault.
    """
    words = [(number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1)]
    faults = []
    for number, word in words:
        if word:
            try:
                faults.append(fault_named(word))
            except ValueError:
                raise ValueError(f"line {number}: {word!r} is no fault") from None
    return faults


async def simulate(
    platform: str,
    *,
    port: int,
    webhook: str,
    announce: Callable[[str, Mapping[str, str]], None],
    faults: Sequence[Fault] = (),
    scale: float = 1.0,
) -> None:
    """Run until SIGINT or SIGTERM; `announce` gets the page's address and the settings that lead a server here."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    scene = SCENES[platform]()
    scene.faults.add(*faults)
    async with aiohttp.ClientSession() as http:
        stage = Stage(scene, webhook, http, SystemClock(), scale=scale)
        settings: dict[str, str] = {}
        Page(stage, settings).add_to(scene.app)
        try:
            async with running(scene.app, port=port) as base:
                settings.update(scene.settings(base))
                announce(base, settings)
                await stop.wait()
        finally:
            await stage.close()
