"""Mutated payloads: nothing but BadSignature and BadPayload ever comes out, and no forgery is taken."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel import Channel, SignedRequest
from bot.messages import InboundUpdate
from runtime.clock import FixedClock
from runtime.errors import BadPayload, BadSignature
from webhooks import wire
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

FIXTURES = Path(__file__).parent.parent / "fixtures" / "conformance"
MANIFEST = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ZALO = MANIFEST["test_credentials"]["zalo_oa"]
BOT = MANIFEST["test_credentials"]["zalo_bot"]
WHATSAPP = MANIFEST["test_credentials"]["whatsapp"]

# The sending half is not used here, so no session and no store are needed.
CHANNELS: dict[str, Channel] = {
    "zalo_oa": ZaloChannel(
        ZaloSettings(app_id=ZALO["app_id"], oa_id=ZALO["oa_id"], app_secret="a", oa_secret_key=ZALO["oa_secret_key"]),
        store=None,
        http=None,
        clock=FixedClock(NOW),
    ),
    "zalo_bot": ZaloBotChannel(ZaloBotSettings(token="1:a", secret_token=BOT["secret_token"]), http=None),
    "whatsapp": WhatsAppChannel(
        WhatsAppSettings(
            phone_number_id=WHATSAPP["phone_number_id"],
            app_secret=WHATSAPP["app_secret"],
            verify_token="v",
            access_token="t",
        ),
        http=None,
    ),
}


def sign_zalo(body: bytes) -> dict[str, str]:
    stamp = wire.stamp(wire.lenient_object(body).get("timestamp")).encode("utf-8", "replace")
    data = ZALO["app_id"].encode() + body + stamp + ZALO["oa_secret_key"].encode()
    return {"x-zevent-signature": "mac=" + hashlib.sha256(data).hexdigest()}


def sign_whatsapp(body: bytes) -> dict[str, str]:
    return {
        "x-hub-signature-256": "sha256=" + hmac.new(WHATSAPP["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    }


SIGN: dict[str, Callable[[bytes], dict[str, str]]] = {
    "zalo_oa": sign_zalo,
    "zalo_bot": lambda _: {"x-bot-api-secret-token": BOT["secret_token"]},
    "whatsapp": sign_whatsapp,
}


def bodies(channel: str) -> list[bytes]:
    return [
        (FIXTURES / "payloads" / case["file"]).read_bytes()
        for case in MANIFEST["payloads"]
        if case["channel"] == channel
    ]


def documents(channel: str) -> list[Any]:
    return [found for body in bodies(channel) if (found := wire.lenient_object(body)) and len(body) < 5000]


odd_text = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    ["\ud800", "\x00", "\u202e", "e\u0301" * 9, "1" * 400, "#faq:x", "user_send_text", "admin_id", "text", "failed"]
)
odd_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | odd_text,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(odd_text, children, max_size=3),
    max_leaves=5,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


@st.composite
def mutated(draw: st.DrawFn, channel: str) -> bytes:
    document = copy.deepcopy(draw(st.sampled_from(documents(channel))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places(document)) or [()]))
        if not path:
            break
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        if draw(st.booleans()):
            parent[path[-1]] = draw(odd_json)
        else:
            del parent[path[-1]]
    return json.dumps(document).encode()


@st.composite
def torn(draw: st.DrawFn, channel: str) -> bytes:
    body = draw(st.sampled_from([body for body in bodies(channel) if len(body) < 5000]))
    cut = draw(st.integers(0, len(body)))
    return body[:cut] + draw(st.binary(max_size=8)) + body[cut + draw(st.integers(0, 8)) :]


def receive(channel: str, body: bytes, headers: dict[str, str]) -> list[InboundUpdate]:
    request = SignedRequest(headers=headers, body=body, received_at=NOW)
    if CHANNELS[channel].handshake(request) is not None:
        return []
    CHANNELS[channel].verify(request)
    return list(CHANNELS[channel].parse(body))


def is_sound(update: InboundUpdate) -> bool:
    texts = (update.external_id, update.contact, update.address, update.text, update.payload, update.emoji)
    for text in texts:
        text.encode()  # no lone surrogates
        assert "\x00" not in text
    assert update.text == unicodedata.normalize("NFC", update.text)
    assert len(update.text) <= wire.TEXT_LIMIT
    return bool(update.external_id and update.contact)


# A long run: FUZZ_EXAMPLES=7000 pytest tests/conformance/test_mutations.py gives 21,000 mutated payloads.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("channel", sorted(CHANNELS))
@given(data=st.data())
@many
def test_a_mutated_but_authentic_payload_is_read_or_refused(channel, data):
    body = data.draw(mutated(channel) | torn(channel))

    try:
        updates = receive(channel, body, SIGN[channel](body))
    except (BadPayload, BadSignature):
        updates = []

    assert all(is_sound(update) for update in updates)


@pytest.mark.parametrize("channel", ["zalo_oa", "whatsapp"])
@given(data=st.data())
@many
def test_a_body_changed_after_signing_is_refused(channel, data):
    original = data.draw(st.sampled_from(bodies(channel)))
    body = data.draw(mutated(channel) | torn(channel))
    if body in (original, b"{}", b""):
        return

    with pytest.raises(BadSignature):
        CHANNELS[channel].verify(SignedRequest(headers=SIGN[channel](original), body=body, received_at=NOW))


@pytest.mark.parametrize(("channel", "header"), [
    ("zalo_oa", "x-zevent-signature"),
    ("whatsapp", "x-hub-signature-256"),
    ("zalo_bot", "x-bot-api-secret-token"),
])  # fmt: skip
@given(value=st.text(st.characters(codec=None), max_size=90))
@many
def test_a_made_up_signature_is_refused(channel, header, value):
    for prefix in ("", "mac=", "sha256="):
        request = SignedRequest(headers={header: prefix + value}, body=b'{"timestamp":"1"}', received_at=NOW)
        with pytest.raises(BadSignature):
            CHANNELS[channel].verify(request)
