"""A Zalo channel against the fake platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest

from runtime.clock import FixedClock
from runtime.vault import Credential
from simulators.platform import running
from simulators.zalo import FakeZalo
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings


class MemoryStore:
    """The promises of `runtime.vault`, kept in memory."""

    def __init__(self) -> None:
        self.held: Credential | None = None
        self.lock = asyncio.Lock()

    async def read(self, name: str) -> Credential | None:
        return self.held

    async def seed(self, name: str, credential: Credential) -> Credential:
        self.held = self.held or replace(credential, version=1)
        return self.held

    async def refresh(
        self, name: str, renew: Callable[[Credential], Awaitable[Credential]], *, unless_newer_than: int
    ) -> Credential:
        async with self.lock:
            assert self.held is not None
            if self.held.version <= unless_newer_than:
                self.held = replace(await renew(self.held), version=self.held.version + 1)
            return self.held


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 11, 23, 8, tzinfo=UTC))


@pytest.fixture
async def platform():
    return FakeZalo()


@pytest.fixture
async def zalo(platform, store, clock):
    account = platform.account
    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = ZaloSettings(
            app_id=account.app_id,
            oa_id=account.oa_id,
            app_secret=account.app_secret,
            oa_secret_key=account.oa_secret_key,
            access_token=platform.access_token,
            refresh_token=platform.refresh_token,
            openapi_base=base,
            oauth_base=base,
            timeout_seconds=0.5,
        )
        yield ZaloChannel(settings, store=store, http=http, clock=clock)
