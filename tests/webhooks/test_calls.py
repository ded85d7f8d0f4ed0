"""What became of a call whose answer did not come."""

from __future__ import annotations

import socket

import aiohttp
import pytest

from bot.channel import RetryLater
from webhooks.calls import call


@pytest.fixture
def unreachable():
    """An address where nobody takes the call up: the queue of connections is full."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex(busy.getsockname())
        yield f"http://127.0.0.1:{busy.getsockname()[1]}/"
        for each in waiting:
            each.close()


async def test_a_platform_that_is_not_reached_surely_got_nothing(unreachable):
    """However short the time is: taken for "perhaps sent", the reply would be lost."""
    async with aiohttp.ClientSession() as http:
        with pytest.raises(RetryLater):
            await call(http, "POST", unreachable, seconds=1.0, document={})
