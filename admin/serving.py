"""Serve: listen, say where, and end in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import structlog
from aiohttp import web

from admin.composition import Announce, Running
from admin.staff import setup_path
from runtime.settings import Settings

RunningT = TypeVar("RunningT", bound=Running)
log = structlog.get_logger(__name__)


async def serve(
    settings: Settings,
    open_assistant: Callable[[Settings], AbstractAsyncContextManager[RunningT]],
    web_application: Callable[[RunningT], web.Application],
    *,
    announce: Announce,
    reuse_port: bool = False,
    set_up_link: bool = True,
) -> None:
    """Serve until SIGTERM or SIGINT: stop listening, finish what has begun, close.

    `set_up_link`: whether to make a link for the first administrator, if there is none; it replaces older ones.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_assistant(settings) as assistant:
        work = asyncio.create_task(assistant.run())
        work.add_done_callback(lambda _task: stop.set())
        runner = web.AppRunner(
            web_application(assistant),
            access_log=None,
            shutdown_timeout=settings.worker.drain_seconds,
            # Nobody packs what they send us, and what was signed are the bytes on the wire.
            auto_decompress=False,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port, reuse_port=reuse_port or None).start()
            is_wanted = set_up_link and settings.console.enabled
            announce(_address(settings, runner), await setup_path(assistant.db, assistant.clock) if is_wanted else "")
            await stop.wait()
        finally:
            log.info("server.draining")
            await runner.cleanup()
            work.cancel()
            await asyncio.wait([work])
        if not work.cancelled():
            work.result()


def _address(settings: Settings, runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return settings.public_url or f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - compared, not bound
