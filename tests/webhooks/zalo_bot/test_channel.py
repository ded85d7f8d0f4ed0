"""The Zalo Bot Platform: both envelopes, numbered menus, and a token that is never shown."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime

import aiohttp
import pydantic
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Reading, Receipt, Rejected, RetryLater, SignedRequest, Unauthorized
from bot.messages import Choice, InboundUpdate, Link, Reply, Source, UpdateKind
from runtime.errors import BadSignature
from simulators.platform import Fault, running
from simulators.zalo_bot import USER, FakeZaloBot, judge_message, message_event, text_event
from webhooks.zalo_bot import payloads
from webhooks.zalo_bot.channel import ZaloBotChannel
from webhooks.zalo_bot.settings import ZaloBotSettings

SENTENCE = "Hồ sơ đăng ký hỗ trợ khởi nghiệp sáng tạo gồm những gì, nộp ở đâu. Sở Khoa học và Công nghệ!"
WORDS = [*SENTENCE.split(), "\n\n"]
long_texts = st.lists(st.sampled_from(WORDS), max_size=1500).map(" ".join)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


@pytest.fixture
async def platform():
    return FakeZaloBot()


@pytest.fixture
async def bot(platform):
    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = ZaloBotSettings(
            token=platform.token, secret_token=platform.secret_token, api_base=base, timeout_seconds=0.5
        )
        yield ZaloBotChannel(settings, http=http)


def request(body: bytes, **headers: str) -> SignedRequest:
    return SignedRequest(headers=headers, body=body, received_at=datetime(2026, 11, 23, tzinfo=UTC))


def read(event: object) -> Reading:
    return payloads.read(json.dumps(event).encode())


@pytest.mark.parametrize("wrapped", [False, True])
def test_both_envelopes_are_read(wrapped):
    event = text_event("Xin chào")

    (update,) = read({"ok": True, "result": event} if wrapped else event).updates

    assert (update.kind, update.text, update.channel) == (UpdateKind.TEXT, "Xin chào", "zalo_bot")
    assert (update.external_id, update.contact) == (event["message"]["message_id"], USER)
    assert update.sent_at == datetime.fromtimestamp(1790000070, UTC)


@pytest.mark.parametrize("kind", ["image", "sticker", "voice", "unsupported"])
def test_what_is_no_text_is_an_attachment(kind):
    (update,) = read(message_event(f"message.{kind}.received", caption="Ảnh")).updates

    assert (update.kind, update.attachment, update.text) == (UpdateKind.ATTACHMENT, kind, "Ảnh")


@pytest.mark.parametrize("chat", [None, {"id": USER}, {"id": USER, "chat_type": None}])
def test_a_chat_that_is_not_said_to_be_a_group_is_private(chat):
    (update,) = read(message_event(text="x", chat=chat)).updates

    assert (update.contact, update.address) == (USER, USER)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(message_event("message.location.received"), "unknown_event", id="future"),
        pytest.param({}, "unknown_event", id="nothing"),
        pytest.param({"event_name": 5}, "unknown_event", id="name is a number"),
        pytest.param(message_event(text="x", **{"from": {"id": "b", "is_bot": True}}), "other_bot", id="bot"),
        pytest.param(message_event(text="x", chat={"id": "g", "chat_type": "GROUP"}), "group", id="group"),
        pytest.param(message_event(text="x", **{"from": None}), "malformed", id="nobody"),
        pytest.param(message_event(text=5), "malformed", id="text is a number"),
        pytest.param(message_event(text="x", message_id="a b"), "malformed", id="odd id"),
    ],
)
def test_what_needs_nothing_is_counted_with_its_reason(event, reason):
    assert read(event) == Reading(ignored=(reason,))


def test_choices_are_a_numbered_menu():
    reply = Reply(
        text="Được.",
        source=Source(title="Bài", url="https://b.example/"),
        choices=tuple(Choice(title=f"Mục {number}", payload=f"#faq:{number}") for number in (1, 2, 3)),
    )

    assert payloads.render(reply) == [
        {
            "text": "Được.\n\nTheo bài “Bài”:\nhttps://b.example/\n\n"
            "1. Mục 1\n2. Mục 2\n3. Mục 3\nAnh/chị trả lời 1, 2 hoặc 3 để chọn."
        }
    ]


@given(text=long_texts, titles=st.lists(titles, max_size=12), links=st.integers(0, 3))
def test_no_reply_is_over_the_limit(text, titles, links):
    picks = tuple(Choice(title=title, payload="#faq:x") for title in titles)
    reply = Reply(text=text.strip() or "x", choices=picks, links=(Link(title="Gọi", url="tel:1"),) * links)

    messages = payloads.render(reply)

    assert 1 <= len(messages) <= 5
    assert [judge_message({"chat_id": "a", **message}) for message in messages] == [0] * len(messages)


async def test_a_reply_reaches_the_chat(bot, platform):
    receipt = await bot.send(USER, {"text": "a"})

    (sent,) = platform.accepted
    assert (sent.to, sent.message["text"]) == (USER, "a")
    assert receipt == Receipt(external_id=sent.message_id)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault(code=401), Unauthorized, id="token"),
        pytest.param(Fault(code=400), Rejected, id="refused"),
        pytest.param(Fault(code=403), Rejected, id="blocked"),
        pytest.param(Fault(code=429), RetryLater, id="limit"),
        pytest.param(Fault(code=408), RetryLater, id="timeout"),
        pytest.param(Fault(code=500), RetryLater, id="their fault"),
        pytest.param(Fault(status=502), RetryLater, id="proxy"),
        pytest.param(Fault(status=200), RetryLater, id="no JSON"),
        pytest.param(Fault(drop=True), RetryLater, id="connection lost"),
    ],
)
async def test_every_failure_leads_to_its_action_and_never_shows_the_token(bot, platform, fault, error):
    platform.messages.add(fault)

    with pytest.raises(error) as caught:
        await bot.send(USER, {"text": "a"})
    assert platform.token not in "".join(traceback.format_exception(caught.value))
    assert platform.token not in repr(caught.value.__context__)


async def test_an_address_that_is_not_there_never_shows_the_token(bot, platform):
    bot.settings = bot.settings.model_copy(update={"api_base": "http://127.0.0.1:1"})

    with pytest.raises(RetryLater) as caught:
        await bot.send(USER, {"text": "a"})
    assert platform.token not in "".join(traceback.format_exception(caught.value))


async def test_a_lost_answer_counts_as_sent(bot, platform):
    platform.messages.add(Fault(hang=2.0, taken=True))

    with structlog.testing.capture_logs() as logs:
        assert await bot.send(USER, {"text": "a"}) == Receipt(external_id="")
    assert platform.token not in repr(logs)


async def test_typing_is_shown_and_its_failure_ignored(bot, platform):
    update = InboundUpdate(channel="zalo_bot", external_id="1", kind=UpdateKind.TEXT, contact=USER, address=USER)

    await bot.acknowledge(update)
    bot.settings = bot.settings.model_copy(update={"api_base": "http://127.0.0.1:1"})
    await bot.acknowledge(update)

    assert platform.typing == [USER]


async def test_the_doctor_sees_whether_a_webhook_is_set(bot, platform):
    before = await bot.check()
    await bot.set_webhook("https://hoidap.example/webhooks/zalo-bot")
    after = await bot.check()

    assert [finding.ok for finding in before] == [True, False]
    assert "zalo-bot-webhook" in before[1].hint
    assert [finding.ok for finding in after] == [True, True]


async def test_the_doctor_names_a_wrong_token(bot, platform):
    platform.token = "other"

    assert [finding.ok for finding in await bot.check()] == [False]


async def test_the_secret_header_decides(bot, platform):
    bot.verify(request(b"{}", **{"x-bot-api-secret-token": platform.secret_token}))

    for value in ("", "wrong", "é", platform.secret_token.upper()):
        with pytest.raises(BadSignature):
            bot.verify(request(b"{}", **{"x-bot-api-secret-token": value}))
    with pytest.raises(BadSignature):
        bot.verify(request(b"{}"))


async def test_an_empty_body_with_the_secret_is_a_probe(bot, platform):
    assert bot.handshake(request(b"", **{"x-bot-api-secret-token": platform.secret_token})) == "ok"
    assert bot.handshake(request(b"{}")) is None
    with pytest.raises(BadSignature):
        bot.handshake(request(b""))


@pytest.mark.parametrize(
    "given",
    [
        {"token": "", "secret_token": "long enough"},
        {"token": "1:a/../b", "secret_token": "long enough"},
        {"token": "1:a", "secret_token": "short"},
        {"token": "1:a", "secret_token": "x" * 257},
        {"token": "1:a"},
    ],
)
def test_no_secret_no_start(given):
    with pytest.raises(pydantic.ValidationError):
        ZaloBotSettings.model_validate(given)
