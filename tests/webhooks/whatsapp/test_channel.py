"""Sending, handshake and signature of WhatsApp."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import aiohttp
import pydantic
import pytest
import structlog

from bot.channel import Receipt, Rejected, RetryLater, SignedRequest, Unauthorized, WindowClosed
from bot.messages import Choice, InboundUpdate, Reply, UpdateKind
from runtime.errors import BadSignature
from simulators.platform import Fault, running
from simulators.whatsapp import USER, FakeWhatsApp
from webhooks.whatsapp.channel import WhatsAppChannel, _number_state
from webhooks.whatsapp.settings import WhatsAppSettings

TEXT = {"type": "text", "text": {"body": "a", "preview_url": False}}
REPLY = Reply(text="Được.", choices=(Choice(title="Một", payload="#faq:1"),))


def request(body: bytes = b"", headers=None, query=None) -> SignedRequest:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return SignedRequest(headers=headers or {}, body=body, received_at=at, query=query or {})


def mac(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.fixture
async def platform():
    return FakeWhatsApp()


@pytest.fixture
async def whatsapp(platform):
    async with running(platform.app) as base, aiohttp.ClientSession() as http:
        settings = WhatsAppSettings(
            phone_number_id=platform.account.phone_number_id,
            app_secret="new-secret, old-secret",
            verify_token="verify me",
            access_token=platform.account.access_token,
            graph_base=base,
            timeout_seconds=0.5,
        )
        yield WhatsAppChannel(settings, http=http)


@pytest.mark.parametrize("to", [USER, "VN.10000000000000000001", "US.ENT.123"])
async def test_a_reply_reaches_a_number_or_a_scoped_id(whatsapp, platform, to):
    (payload,) = whatsapp.render(REPLY)

    receipt = await whatsapp.send(to, payload)

    (sent,) = platform.accepted
    assert sent.to == to
    assert ("to" in sent.message) == (to == USER)
    assert receipt == Receipt(external_id=sent.message_id)


@pytest.mark.parametrize("code", [100, 131008, 131009])
async def test_a_refused_interactive_form_is_said_once_in_plain_words(whatsapp, platform, code):
    platform.fail(code)
    await whatsapp.send(USER, whatsapp.render(REPLY)[0])
    platform.fail(code, code)
    with pytest.raises(Rejected):
        await whatsapp.send(USER, whatsapp.render(REPLY)[0])

    assert [sent.message["type"] for sent in platform.accepted] == ["text"]


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        pytest.param([1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 135000, 999999], RetryLater, id="later"),
        pytest.param([131047], WindowClosed, id="window"),
        pytest.param([100, 130472, 130497, 131021, 131026, 131030, 131051, 131062, 132001], Rejected, id="this person"),
        pytest.param(
            [0, 3, 10, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131045, 131048, 133010],
            Unauthorized,
            id="ours",
        ),
    ],
)
async def test_every_code_leads_to_its_action(whatsapp, platform, codes, error):
    for code in codes:
        platform.fail(code)
        with pytest.raises(error) as caught:
            await whatsapp.send(USER, TEXT)
        assert caught.value.code == str(code)


async def test_two_messages_to_the_same_person_in_a_hurry_wait_six_seconds(whatsapp, platform):
    platform.fail(131056)

    with pytest.raises(RetryLater) as caught:
        await whatsapp.send(USER, TEXT)
    assert caught.value.after == 6


@pytest.mark.parametrize("fault", [Fault(status=502), Fault(status=404), Fault(status=200), Fault(drop=True)], ids=repr)
async def test_what_surely_did_not_arrive_is_sent_later(whatsapp, platform, fault):
    platform.messages.add(fault)

    with pytest.raises(RetryLater):
        await whatsapp.send(USER, TEXT)


async def test_a_lost_answer_counts_as_sent(whatsapp, platform):
    platform.messages.add(Fault(hang=2.0, taken=True))

    assert await whatsapp.send(USER, TEXT) == Receipt(external_id="")


async def test_a_message_is_marked_as_read_and_typing_shown(whatsapp, platform):
    update = InboundUpdate(channel="whatsapp", external_id="wamid.A", kind=UpdateKind.TEXT, contact=USER)

    await whatsapp.acknowledge(update)
    platform.receipts.add(Fault(status=500), Fault(code=190))
    with structlog.testing.capture_logs():
        await whatsapp.acknowledge(update)
        await whatsapp.acknowledge(update)

    assert platform.read == ["wamid.A"]


async def test_the_doctor_asks_for_the_number(whatsapp, platform):
    token, finding = await whatsapp.check()
    platform.account = type(platform.account)(access_token="other")
    (refused,) = await whatsapp.check()

    assert (token.ok, finding.ok, "GREEN" in finding.message) == (True, True, True)
    assert (refused.ok, "190" in refused.message) == (False, True)


HUB = {"hub.mode": "subscribe", "hub.verify_token": "verify me", "hub.challenge": "1158201444"}


async def test_the_handshake_is_answered_with_the_challenge(whatsapp):
    assert whatsapp.handshake(request(query=HUB)) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": "é"},
        {"hub.verify_token": ""},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
        {"hub.challenge": "<script>"},
        {"hub.challenge": "1" * 257},
    ],
)
async def test_another_handshake_is_refused(whatsapp, change):
    with pytest.raises(BadSignature):
        whatsapp.handshake(request(query={**HUB, **change}))


@pytest.mark.parametrize("name", sorted(HUB))
async def test_a_handshake_without_a_part_is_refused(whatsapp, name):
    with pytest.raises(BadSignature):
        whatsapp.handshake(request(query={key: value for key, value in HUB.items() if key != name}))


async def test_an_event_is_no_handshake(whatsapp):
    assert whatsapp.handshake(request(b"{}", query=HUB)) is None
    assert whatsapp.handshake(request(query={"a": "b"})) is None


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
async def test_each_secret_of_the_list_signs(whatsapp, secret):
    whatsapp.verify(request(b'{"a":"\\u00ea"}', {"x-hub-signature-256": mac(b'{"a":"\\u00ea"}', secret)}))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="absent"),
        pytest.param("", id="empty"),
        pytest.param("sha256=", id="no digest"),
        pytest.param(mac(b"{}", "other"), id="another secret"),
        pytest.param(mac(b"{}", "new-secret, old-secret"), id="the list itself"),
        pytest.param(mac(b"{ }", "new-secret"), id="another body"),
        pytest.param(mac(b"{}", "new-secret").removeprefix("sha256="), id="no prefix"),
        pytest.param("sha1=" + "0" * 40, id="SHA-1"),
        pytest.param("sha256=é", id="not ASCII"),
    ],
)
async def test_another_signature_is_refused(whatsapp, header):
    headers = {} if header is None else {"x-hub-signature-256": header}

    with pytest.raises(BadSignature):
        whatsapp.verify(request(b"{}", headers))


@pytest.mark.parametrize(
    ("name", "value"),
    [("phone_number_id", ""), ("app_secret", ""), ("app_secret", " , "), ("verify_token", " "), ("access_token", "")],
)
def test_no_secret_no_start(name, value):
    given = {"phone_number_id": "1", "app_secret": "s", "verify_token": "v", "access_token": "t", name: value}

    with pytest.raises(pydantic.ValidationError):
        WhatsAppSettings.model_validate(given)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"quality_rating": "RED"}, "quality is RED"),
        ({"code_verification_status": "NOT_VERIFIED"}, "not verified"),
        ({"platform_type": "ON_PREMISE"}, "not on the Cloud API"),
    ],
)
def test_a_number_in_trouble_is_a_finding_with_what_to_do(state, said):
    (finding,) = _number_state({"quality_rating": "GREEN", "platform_type": "CLOUD_API", **state})

    assert not finding.ok
    assert said in finding.message
    assert finding.hint


async def test_a_reminder_outside_the_window_is_the_approved_template(whatsapp, platform):
    settings = whatsapp.settings.model_copy(update={"reminder_template": "nhac_han"})
    channel = WhatsAppChannel(settings, http=whatsapp._http)

    notice = channel.notice("Nhắc anh/chị:\nhạn nộp 15/03.")

    assert channel.is_notice(notice)
    await channel.send(USER, notice)
    (sent,) = platform.accepted
    assert sent.message["template"]["name"] == "nhac_han"
    assert sent.message["template"]["language"] == {"code": "vi"}
    (body,) = sent.message["template"]["components"]
    assert body["parameters"] == [{"type": "text", "text": "Nhắc anh/chị: hạn nộp 15/03."}]


async def test_without_a_template_nothing_is_promised_outside_the_window(whatsapp):
    assert whatsapp.notice("Nhắc") is None
