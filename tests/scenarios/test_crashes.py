"""The server dies like a pulled plug between acknowledgement and reply; after a restart the reply is there, once."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import aiohttp
import pytest

from simulators.zalo_events import text_event
from tests.support.servers import DIES_AT, serving, start, until

pytestmark = pytest.mark.real_socket
STATEMENTS = range(1, 21)
ENOUGH = 14


@pytest.fixture
def environment(request, tmp_path, zalo_settings):
    quick = {"HOIDAP_WORKER__LEASE_SECONDS": "1", "HOIDAP_WORKER__POLL_SECONDS": "0.05"}
    return {**zalo_settings, **quick}


async def _deliver(zalo, http, url, event) -> bool:
    """Send one event; tell whether it was acknowledged."""
    try:
        return (await zalo.deliver(http, url, event, ladder=()))[-1] == 200
    except aiohttp.ClientError:
        return False


async def _dies(server, is_answered) -> bool:
    """Wait for the server's death; a server that has answered and settled lives on. Tell whether it died."""
    with contextlib.suppress(TimeoutError):
        await until(lambda: server.process.returncode is not None or is_answered(), seconds=3)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.4):
            await server.process.wait()
    return server.process.returncode is not None


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_an_acknowledged_update_is_answered_once_whatever_statement_kills_the_server(
    request, database, tmp_path, environment, zalo, http
):
    """Every statement the message's way runs is the last one once; the platform repeats what was not acknowledged."""
    if database == "postgresql":
        environment["HOIDAP_DATABASE__URL"] = request.getfixturevalue("postgresql_url")
    events = {
        number: text_event(
            zalo.account, "Nghị quyết 93/2021/NQ-HĐND quy định về vấn đề gì?", user=f"741120000000000{number:04}"
        )
        for number in STATEMENTS
    }
    deaths = 0
    for number, event in events.items():
        server = await start(tmp_path, environment, script=DIES_AT.format(statement=number))
        await server.ready()
        await _deliver(zalo, http, f"{server.url}/webhooks/zalo", event)
        deaths += await _dies(
            server, lambda number=number: any(sent.to.endswith(f"{number:04}") for sent in zalo.accepted)
        )
        await server.stop(signal.SIGKILL)
    assert deaths >= ENOUGH, "the kills have to fall between acknowledgement and reply"

    async with serving(tmp_path, environment) as server:
        for event in events.values():
            assert await _deliver(zalo, http, f"{server.url}/webhooks/zalo", event)
        await until(lambda: len({sent.to for sent in zalo.accepted}) == len(events), seconds=30)
        await asyncio.sleep(1.5)

    answered = sorted(sent.to for sent in zalo.accepted)
    assert len(answered) - len(set(answered)) <= 1, "only death between sending and settling may repeat a reply"
