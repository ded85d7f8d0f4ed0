"""Every conformance payload through handshake, verify and parse of its channel."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channel import Channel, SignedRequest
from bot.messages import InboundUpdate, UpdateKind
from runtime.clock import FixedClock
from runtime.errors import BadPayload, BadSignature
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.wire import TEXT_LIMIT
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

FIXTURES = Path(__file__).parent.parent / "fixtures" / "conformance"
MANIFEST = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
CREDENTIALS = MANIFEST["test_credentials"]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KINDS = {
    "inbound_text": UpdateKind.TEXT,
    "inbound_postback": UpdateKind.CHOICE,
    "inbound_attachment": UpdateKind.ATTACHMENT,
    "reaction": UpdateKind.REACTION,
    "status": UpdateKind.STATUS,
    "lifecycle_follow": UpdateKind.FOLLOW,
    "lifecycle_unfollow": UpdateKind.UNFOLLOW,
    "lifecycle_start": UpdateKind.START,
    "data_deletion": UpdateKind.ERASE,
    "duplicate": UpdateKind.TEXT,  # the store tells duplicates by external_id
}


@pytest.fixture
async def channels() -> Any:
    zalo, bot, whatsapp = CREDENTIALS["zalo_oa"], CREDENTIALS["zalo_bot"], CREDENTIALS["whatsapp"]
    async with aiohttp.ClientSession() as http:
        yield {
            "zalo_oa": ZaloChannel(
                ZaloSettings(
                    app_id=zalo["app_id"],
                    oa_id=zalo["oa_id"],
                    app_secret="not-the-webhook-key",
                    oa_secret_key=zalo["oa_secret_key"],
                ),
                store=None,
                http=http,
                clock=FixedClock(NOW),
            ),
            "zalo_bot": ZaloBotChannel(ZaloBotSettings(token="1:abc", secret_token=bot["secret_token"]), http=http),
            "whatsapp": WhatsAppChannel(
                WhatsAppSettings(
                    phone_number_id=whatsapp["phone_number_id"],
                    app_secret=f"older-secret, {whatsapp['app_secret']}",
                    verify_token="verify",
                    access_token="token",
                ),
                http=http,
            ),
        }


def outcome_of(channel: Channel, case: Mapping[str, Any]) -> tuple[str, list[InboundUpdate]]:
    request = SignedRequest(
        headers={name.lower(): value for name, value in case["headers"].items()},
        body=(FIXTURES / "payloads" / case["file"]).read_bytes(),
        received_at=NOW,
    )
    try:
        if channel.handshake(request) is not None:
            return "probe_ok", []
        channel.verify(request)
        return "ok", list(channel.parse(request.body))
    except BadSignature:
        return "reject_401", []
    except BadPayload:
        return "reject_400", []


@pytest.mark.parametrize("case", MANIFEST["payloads"], ids=lambda case: case["file"].removesuffix(".json"))
async def test_a_payload_has_the_outcome_of_the_manifest(channels: Any, case: Mapping[str, Any]) -> None:
    outcome, updates = outcome_of(channels[case["channel"]], case)

    expected = case["expected"]
    assert outcome == (expected if expected.startswith(("reject_", "probe_")) else "ok")
    assert case["http_status"] == {"reject_401": 401, "reject_400": 400}.get(outcome, 200)
    assert [update.kind for update in updates] == [KINDS[event["outcome"]] for event in case["events"]]
    for update, event in zip(updates, case["events"], strict=True):
        check(update, event)


def check(update: InboundUpdate, event: Mapping[str, Any]) -> None:
    check_people(update, event)
    check_ids(update, event)
    check_content(update, event)
    assert update.external_id


def check_people(update: InboundUpdate, event: Mapping[str, Any]) -> None:
    # The manifest names what is known of a person; not every payload repeats the id that outlives the number.
    if update.kind is not UpdateKind.STATUS:
        assert update.contact in {event.get("user_id"), event["sender_id"]}
    if event.get("anonymous"):
        assert update.address == f"anonymous:{event['sender_id']}:{event['conversation_id']}"
    else:
        assert update.address == event.get("chat_id", event["sender_id"])


def check_ids(update: InboundUpdate, event: Mapping[str, Any]) -> None:
    if update.kind is UpdateKind.STATUS:
        assert update.note is not None
        assert update.note.message_ids == tuple(event.get("message_ids", [event["message_id"]]))
        assert update.note.status == event["status"]
        assert update.note.error == str(event.get("error_code", ""))
    elif update.kind is UpdateKind.REACTION:
        assert event["message_id"] in (update.external_id, update.reply_to)
        assert event["reaction"] in (update.emoji, update.payload)
    elif event["message_id"] is not None:
        assert update.external_id == event["message_id"]
    assert update.reply_to == event.get("quoted_message_id", update.reply_to)


def check_content(update: InboundUpdate, event: Mapping[str, Any]) -> None:
    if "text_sha256" in event:
        assert TEXT_LIMIT - 1 <= len(update.text) <= TEXT_LIMIT < event["text_len"]
    else:
        assert update.text == visible(event["text"])
    assert update.attachment == event.get("attachment_type", update.attachment)
    assert update.payload == event.get("payload", update.payload)


def visible(text: str | None) -> str:
    """What a text is worth once nothing invisible is left of it."""
    hidden = "\x00\u202e\u200b\ufeff"
    kept = "".join(char for char in text or "" if char not in hidden)
    return unicodedata.normalize("NFC", kept).strip()


def test_the_manifest_is_whole() -> None:
    files = {path.name for path in (FIXTURES / "payloads").iterdir()}

    assert len(MANIFEST["payloads"]) == 119
    assert {case["file"] for case in MANIFEST["payloads"]} == files


def test_hashes_of_cut_texts_belong_to_the_texts_sent() -> None:
    """So that the fixtures stay the files the manifest was written for."""
    case = next(case for case in MANIFEST["payloads"] if case["file"] == "zalo_hostile_text_20000_chars.json")
    body = json.loads((FIXTURES / "payloads" / case["file"]).read_bytes())

    assert hashlib.sha256(body["message"]["text"].encode()).hexdigest() == case["text_sha256"]
