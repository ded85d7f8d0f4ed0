"""Every conformance payload over a real socket: the status of the manifest, and what is stored before it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channel import Channel
from bot.messages import InboundUpdate
from runtime.clock import FixedClock
from simulators.platform import running
from webhooks.views import set_up_webhooks
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

FIXTURES = Path(__file__).parent.parent / "fixtures" / "conformance"
MANIFEST = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
CREDENTIALS = MANIFEST["test_credentials"]
CLOCK = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
PATHS = {"zalo_oa": "/webhooks/zalo", "zalo_bot": "/webhooks/zalo-bot", "whatsapp": "/webhooks/whatsapp"}


class Stored:
    """Stands for the inbox: keeps what it is given, once."""

    def __init__(self) -> None:
        self.updates: dict[tuple[str, str], InboundUpdate] = {}

    async def accept(self, channel: str, updates: Sequence[InboundUpdate]) -> None:
        for update in updates:
            self.updates.setdefault((channel, update.external_id), update)


def channels() -> dict[str, Channel]:
    zalo, bot, whatsapp = CREDENTIALS["zalo_oa"], CREDENTIALS["zalo_bot"], CREDENTIALS["whatsapp"]
    zalo_settings = ZaloSettings(
        app_id=zalo["app_id"], oa_id=zalo["oa_id"], app_secret="a", oa_secret_key=zalo["oa_secret_key"]
    )
    whatsapp_settings = WhatsAppSettings(
        phone_number_id=whatsapp["phone_number_id"],
        app_secret=whatsapp["app_secret"],
        verify_token="verify-token",
        access_token="t",
    )
    return {
        "zalo": ZaloChannel(zalo_settings, store=None, http=None, clock=CLOCK),
        "zalo_bot": ZaloBotChannel(ZaloBotSettings(token="1:a", secret_token=bot["secret_token"]), http=None),
        "whatsapp": WhatsAppChannel(whatsapp_settings, http=None),
    }


@pytest.fixture
def stored() -> Stored:
    return Stored()


@pytest.fixture
async def server(stored: Stored) -> AsyncIterator[str]:
    app = web.Application()
    set_up_webhooks(app, channels(), stored, CLOCK)
    async with running(app) as base:
        yield base


async def send(base: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Send exactly these bytes; header values as latin-1, which no polite client would do."""
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), content


@pytest.mark.parametrize("case", MANIFEST["payloads"], ids=lambda case: case["file"].removesuffix(".json"))
async def test_a_payload_gets_the_status_of_the_manifest(server: str, stored: Stored, case: Mapping[str, Any]) -> None:
    body = (FIXTURES / "payloads" / case["file"]).read_bytes()
    path = PATHS[case["channel"]]

    status, _ = await send(server, "POST", path, case["headers"], body)
    again, _ = await send(server, "POST", path, case["headers"], body)

    assert (status, again) == (case["http_status"],) * 2
    assert len(stored.updates) == len(case["events"]), "a redelivery is stored once"


@pytest.mark.parametrize(
    ("query", "status", "content"),
    [
        ("hub.mode=subscribe&hub.verify_token=verify-token&hub.challenge=1158201444", 200, b"1158201444"),
        ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1158201444", 403, None),
        ("hub.mode=subscribe&hub.verify_token=verify-token", 403, None),
        ("", 403, None),
    ],
)
async def test_the_whatsapp_handshake(server: str, query: str, status: int, content: bytes | None) -> None:
    answer = await send(server, "GET", f"/webhooks/whatsapp?{query}", {}, b"")

    assert answer[0] == status
    assert content is None or answer[1] == content


@pytest.mark.parametrize("path", ["/webhooks/zalo", "/webhooks/zalo-bot"])
async def test_zalo_knows_no_handshake_by_get(server: str, path: str) -> None:
    status, _ = await send(server, "GET", f"{path}?hub.challenge=1", {}, b"")

    assert status == 403
