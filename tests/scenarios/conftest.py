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
    account = zalo.account
    return {
        "HOIDAP_CHANNELS__ZALO__APP_ID": account.app_id,
        "HOIDAP_CHANNELS__ZALO__OA_ID": account.oa_id,
        "HOIDAP_CHANNELS__ZALO__APP_SECRET": account.app_secret,
        "HOIDAP_CHANNELS__ZALO__OA_SECRET_KEY": account.oa_secret_key,
        "HOIDAP_CHANNELS__ZALO__ACCESS_TOKEN": zalo.access_token,
        "HOIDAP_CHANNELS__ZALO__REFRESH_TOKEN": zalo.refresh_token,
        "HOIDAP_CHANNELS__ZALO__OPENAPI_BASE": zalo.base,
        "HOIDAP_CHANNELS__ZALO__OAUTH_BASE": zalo.base,
    }


@pytest.fixture
def whatsapp_settings(whatsapp):
    account = whatsapp.account
    return {
        "HOIDAP_CHANNELS__WHATSAPP__PHONE_NUMBER_ID": account.phone_number_id,
        "HOIDAP_CHANNELS__WHATSAPP__APP_SECRET": account.app_secret,
        "HOIDAP_CHANNELS__WHATSAPP__VERIFY_TOKEN": "verify-test-token",
        "HOIDAP_CHANNELS__WHATSAPP__ACCESS_TOKEN": account.access_token,
        "HOIDAP_CHANNELS__WHATSAPP__GRAPH_BASE": whatsapp.base,
    }
