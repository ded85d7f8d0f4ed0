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


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_an_acknowledged_update_is_answered_once_whatever_statement_kills_the_server(
    request, database, tmp_path, environment, zalo, http
):
    """Every statement the message's way runs is the last one once; the platform repeats what was not acknowledged."""
    if database == "postgresql":
        environment["HOIDAP_DATABASE__URL"] = request.getfixturevalue("postgresql_url")
    events = {
        number: text_event(zalo.account, "nq 93 là gì", user=f"741120000000000{number:04}") for number in STATEMENTS
    }
    for number, event in events.items():
        server = await start(tmp_path, environment, script=DIES_AT.format(statement=number))
        await server.ready()
        await _deliver(zalo, http, f"{server.url}/webhooks/zalo", event)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await server.process.wait()
        await server.stop(signal.SIGKILL)

    async with serving(tmp_path, environment) as server:
        for event in events.values():
            assert await _deliver(zalo, http, f"{server.url}/webhooks/zalo", event)
        await until(lambda: len({sent.to for sent in zalo.accepted}) == len(events), seconds=30)
        await asyncio.sleep(1.5)

    answered = sorted(sent.to for sent in zalo.accepted)
    assert len(answered) - len(set(answered)) <= 1, "only death between sending and settling may repeat a reply"
