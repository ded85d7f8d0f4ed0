"""Fake platforms that listen; `base` is their address."""

from __future__ import annotations

import pytest

from simulators.platform import running
from simulators.whatsapp import FakeWhatsApp
from simulators.zalo import FakeZalo
from simulators.zalo_bot import FakeZaloBot


@pytest.fixture
async def zalo():
    fake = FakeZalo()
    async with running(fake.app) as fake.base:
        yield fake


@pytest.fixture
async def whatsapp():
    fake = FakeWhatsApp()
    async with running(fake.app) as fake.base:
        yield fake


@pytest.fixture
async def bot():
    fake = FakeZaloBot()
    async with running(fake.app) as fake.base:
        yield fake
