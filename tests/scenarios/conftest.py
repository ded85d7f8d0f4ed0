"""The settings that point a server at the fake platforms."""

from __future__ import annotations

import aiohttp
import pytest


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def zalo_settings(zalo):
    return zalo.settings(zalo.base)


@pytest.fixture
def whatsapp_settings(whatsapp):
    return {**whatsapp.settings(whatsapp.base), "HOIDAP_CHANNELS__WHATSAPP__VERIFY_TOKEN": "verify-test-token"}
