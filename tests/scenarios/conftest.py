"""Platforms to talk to, and the settings that point a server at them."""

from __future__ import annotations

import aiohttp
import pytest

from simulators.platform import running
from simulators.whatsapp import FakeWhatsApp
from simulators.zalo import FakeZalo


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def zalo():
    """A fake Zalo that listens; `base` is its address."""
    fake = FakeZalo()
    async with running(fake.app) as fake.base:
        yield fake


@pytest.fixture
async def whatsapp():
    fake = FakeWhatsApp()
    async with running(fake.app) as fake.base:
        yield fake


@pytest.fixture
def zalo_settings(zalo):
    return zalo.settings(zalo.base)


@pytest.fixture
def whatsapp_settings(whatsapp):
    return {**whatsapp.settings(whatsapp.base), "HOIDAP_CHANNELS__WHATSAPP__VERIFY_TOKEN": "verify-test-token"}
