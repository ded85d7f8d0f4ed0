"""What every channel promises, checked against its platform's simulator. A new channel adds one bench."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import structlog
from msgspec import structs

from bot.channel import Channel, Receipt, Rejected, RetryLater, SendError, SignedRequest, Unauthorized, WindowClosed
from bot.messages import Choice, Reply, Source, UpdateKind
from runtime.clock import FixedClock
from runtime.errors import BadPayload, BadSignature
from runtime.vault import Credential
from simulators import whatsapp_events, zalo_bot, zalo_events
from simulators.platform import Accepted, Fault, Script, running
from simulators.whatsapp import FakeWhatsApp, wire_body
from simulators.zalo import FakeZalo
from simulators.zalo_bot import FakeZaloBot
from webhooks.whatsapp.channel import WhatsAppChannel
from webhooks.whatsapp.settings import WhatsAppSettings
from webhooks.zalo.channel import ZaloChannel
from webhooks.zalo.settings import ZaloSettings
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LONG = "Hồ sơ gồm đơn đề nghị và thuyết minh dự án. " * 60
SECONDS = 0.3
LOST = Fault(hang=1.0, taken=True)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A channel, its fake platform, and how to speak to both."""

    channel: Channel
    accepted: list[Accepted]
    faults: Script
    question: Callable[[str], bytes]  # the body of an event in which a citizen writes
    sign: Callable[[bytes], Mapping[str, str]]
    errors: Mapping[type[SendError], int]  # one code of each error the platform knows
    said: Callable[[Mapping[str, Any]], str]  # the text of an accepted message
    to: str
    secrets: tuple[str, ...]


class OneCredential:
    """A credential store that never renews."""

    def __init__(self) -> None:
        values = {"access_token": "access-0", "refresh_token": "refresh-0"}
        self.held = Credential(values=values, issued_at=NOW, expires_at=None, version=1)

    async def read(self, name: str) -> Credential:
        return self.held

    async def seed(self, name: str, credential: Credential) -> Credential:
        return self.held

    async def refresh(self, name: str, renew: Any, *, unless_newer_than: int) -> Credential:
        self.held = replace(await renew(self.held), version=self.held.version + 1)
        return self.held


@asynccontextmanager
async def zalo() -> AsyncIterator[Bench]:
    platform = FakeZalo()
    account = platform.account

    def question(text: str) -> bytes:
        event = zalo_events.text_event(account, text)
        return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")

    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = ZaloSettings(
            app_id=account.app_id,
            oa_id=account.oa_id,
            app_secret=account.app_secret,
            oa_secret_key=account.oa_secret_key,
            openapi_base=base,
            oauth_base=base,
            timeout_seconds=SECONDS,
        )
        yield Bench(
            channel=ZaloChannel(settings, store=OneCredential(), http=http, clock=FixedClock(NOW)),
            accepted=platform.accepted,
            faults=platform.messages,
            question=question,
            sign=lambda body: platform.sign(body, zalo_events.TIMESTAMP),
            errors={RetryLater: -32, Rejected: -213, WindowClosed: -230, Unauthorized: -221},
            said=lambda message: message["text"],
            to=zalo_events.USER,
            secrets=(account.app_secret, account.oa_secret_key, "access-0", "refresh-0"),
        )


@asynccontextmanager
async def whatsapp() -> AsyncIterator[Bench]:
    platform = FakeWhatsApp()
    account = platform.account

    def said(message: Mapping[str, Any]) -> str:
        part = message["text"] if message["type"] == "text" else message["interactive"]["body"]
        return str(part.get("body") or part.get("text"))

    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = WhatsAppSettings(
            phone_number_id=account.phone_number_id,
            app_secret=account.app_secret,
            verify_token="verify-token",
            access_token=account.access_token,
            graph_base=base,
            timeout_seconds=SECONDS,
        )
        yield Bench(
            channel=WhatsAppChannel(settings, http=http),
            accepted=platform.accepted,
            faults=platform.messages,
            question=lambda text: wire_body(platform.envelope(whatsapp_events.text_value(text))),
            sign=platform.sign,
            errors={RetryLater: 131056, Rejected: 131026, WindowClosed: 131047, Unauthorized: 190},
            said=said,
            to="84000000101",
            secrets=(account.app_secret, account.access_token, "verify-token"),
        )


@asynccontextmanager
async def zalo_bot_platform() -> AsyncIterator[Bench]:
    platform = FakeZaloBot()
    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = ZaloBotSettings(
            token=platform.token, secret_token=platform.secret_token, api_base=base, timeout_seconds=SECONDS
        )
        yield Bench(
            channel=ZaloBotChannel(settings, http=http),
            accepted=platform.accepted,
            faults=platform.messages,
            question=lambda text: json.dumps(zalo_bot.text_event(text)).encode(),
            sign=lambda _: {"X-Bot-Api-Secret-Token": platform.secret_token},
            errors={RetryLater: 429, Rejected: 403, Unauthorized: 401},
            said=lambda message: message["text"],
            to=zalo_bot.USER,
            secrets=(platform.token, platform.secret_token),
        )


@pytest.fixture(params=[zalo, whatsapp, zalo_bot_platform], ids=lambda bench: bench.__name__)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with request.param() as made:
        yield made


def signed(bench: Bench, body: bytes) -> SignedRequest:
    headers = {name.lower(): value for name, value in bench.sign(body).items()}
    return SignedRequest(headers=headers, body=body, received_at=NOW)


def choices(count: int) -> tuple[Choice, ...]:
    title = "Hồ sơ đăng ký hỗ trợ khởi nghiệp đổi mới sáng tạo"
    return tuple(Choice(title=f"{title} {number}", payload=f"#faq:{number}") for number in range(count))


async def test_an_authentic_question_is_one_update(bench):
    request = signed(bench, bench.question("Hồ sơ gồm gì? 🙏🏽"))

    assert bench.channel.handshake(request) is None
    bench.channel.verify(request)
    (update,) = bench.channel.parse(request.body)

    assert (update.channel, update.kind, update.text) == (bench.channel.name, UpdateKind.TEXT, "Hồ sơ gồm gì? 🙏🏽")
    assert (update.contact, update.address) == (bench.to, bench.to)
    assert update.sent_at is not None


async def test_a_redelivery_has_the_same_id_and_another_question_another(bench):
    body = bench.question("a")

    (first,), (again,), (other,) = (bench.channel.parse(each) for each in (body, body, bench.question("a")))

    assert first == again
    assert first.external_id != other.external_id


@pytest.mark.parametrize("value", ["", "0" * 64, "mac=" + "0" * 64, "sha256=" + "0" * 64, "é"])
async def test_a_forged_signature_is_refused(bench, value):
    request = signed(bench, bench.question("a"))
    (name,) = request.headers

    with pytest.raises(BadSignature):
        bench.channel.verify(structs.replace(request, headers={name: value}))


async def test_a_missing_signature_is_refused(bench):
    with pytest.raises(BadSignature):
        bench.channel.verify(structs.replace(signed(bench, bench.question("a")), headers={}))


@pytest.mark.parametrize("body", [b"x", b"[]", b"null", b'{"a":NaN}', b"\xff", b"[" * 100_000])
async def test_what_is_no_json_object_is_refused(bench, body):
    with pytest.raises(BadPayload):
        bench.channel.parse(body)


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "e\u0323\u0302" * 9000, "\u202e" * 50, " \n "])
async def test_hostile_text_becomes_harmless(bench, text):
    # Python's escape of a lone surrogate is what a hostile client would send.
    body = json.dumps(json.loads(bench.question("TEXT"))).replace("TEXT", json.dumps(text)[1:-1]).encode()

    (update,) = bench.channel.parse(body)

    assert len(update.text.encode()) <= 16_000
    assert not set(update.text) & {"\x00", "\u202e", "\ud83d"}


@pytest.mark.parametrize("reply", [
    pytest.param(Reply(text="Được."), id="short"),
    pytest.param(Reply(text=LONG), id="long"),
    pytest.param(Reply(text=LONG * 10, source=Source(title=LONG, url="https://b.example/")), id="very long"),
    pytest.param(Reply(text="Chọn:", choices=choices(3)), id="three choices"),
    pytest.param(Reply(text=LONG, choices=choices(10)), id="ten choices"),
    pytest.param(Reply(text=LONG * 3, choices=choices(40)), id="forty choices"),
    pytest.param(Reply(text="x" * 9000), id="no place to cut"),
])  # fmt: skip
async def test_the_platform_takes_whatever_is_rendered(bench, reply):
    payloads = bench.channel.render(reply)
    for payload in payloads:
        receipt = await bench.channel.send(bench.to, payload)
        assert receipt.external_id

    assert [sent.to for sent in bench.accepted] == [bench.to] * len(payloads)
    assert all(len(bench.said(sent.message)) <= bench.channel.limits.text for sent in bench.accepted)


async def test_a_long_answer_keeps_its_source(bench):
    reply = Reply(text=LONG * 10, source=Source(title="Nghị quyết 93", url="https://b.example/"))

    for payload in bench.channel.render(reply):
        await bench.channel.send(bench.to, payload)

    assert "Nghị quyết 93" in bench.said(bench.accepted[-1].message)
    assert "https://b.example/" in json.dumps(dict(bench.accepted[-1].message))


async def test_every_choice_can_be_picked(bench):
    """By a button that carries its payload or by its number in the text."""
    for payload in bench.channel.render(Reply(text="Chọn:", choices=choices(9))):
        await bench.channel.send(bench.to, payload)

    sent = json.dumps([dict(sent.message) for sent in bench.accepted], ensure_ascii=False)
    for number in range(9):
        assert f'"#faq:{number}"' in sent or f"{number + 1}. Hồ sơ" in sent


@pytest.mark.parametrize("error", [RetryLater, Rejected, WindowClosed, Unauthorized])
async def test_each_refusal_is_the_error_that_says_what_to_do(bench, error):
    if error not in bench.errors:
        assert bench.channel.limits.reply_window_hours == 0, "only a channel without a window has no WindowClosed"
        return
    bench.faults.add(Fault(code=bench.errors[error]))

    with pytest.raises(error) as caught:
        await bench.channel.send(bench.to, bench.channel.render(Reply(text="Được."))[0])

    assert caught.value.code == str(bench.errors[error])
    assert bench.accepted == []


@pytest.mark.parametrize("fault", [Fault(status=502), Fault(drop=True)], ids=["proxy", "connection lost"])
async def test_what_surely_did_not_arrive_is_tried_later(bench, fault):
    bench.faults.add(fault)
    payload = bench.channel.render(Reply(text="Được."))[0]

    with pytest.raises(RetryLater):
        await bench.channel.send(bench.to, payload)
    await bench.channel.send(bench.to, payload)

    assert len(bench.accepted) == 1


async def test_a_lost_answer_counts_as_sent(bench):
    bench.faults.add(LOST)

    receipt = await bench.channel.send(bench.to, bench.channel.render(Reply(text="Được."))[0])

    assert receipt == Receipt(external_id="")
    assert len(bench.accepted) == 1


async def test_neither_errors_nor_logs_show_a_secret_or_a_text(bench):
    shown = []
    with structlog.testing.capture_logs() as logs:
        for fault in (*(Fault(code=code) for code in bench.errors.values()), Fault(status=502), LOST):
            bench.faults.add(fault)
            try:
                await bench.channel.send(bench.to, bench.channel.render(Reply(text="nội dung riêng"))[0])
            except SendError as error:
                shown.append(f"{error!r} {error} {error.__context__!r}")
        request = signed(bench, bench.question("câu hỏi riêng"))
        bench.channel.verify(request)
        shown += [repr(finding) for finding in await bench.channel.check()]

    for hidden in (*bench.secrets, "nội dung riêng", "câu hỏi riêng", bench.to):
        assert hidden not in repr((shown, logs))


async def test_a_check_messages_nobody(bench):
    findings = await bench.channel.check()

    assert findings[0].ok
    assert bench.accepted == []
