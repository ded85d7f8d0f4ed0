"""A citizen's message comes in over HTTP and the answer goes out to the platform."""

from __future__ import annotations

import asyncio
import io
import json
import signal

import pytest

from simulators.whatsapp_events import status_value, tap_value, text_value
from simulators.zalo_events import follow_event, text_event
from tests.support.servers import serving, start, until

pytestmark = pytest.mark.real_socket
QUESTION = "nq 93 ap dung cho ai"
ANSWER = "Không áp dụng với tổ chức, doanh nghiệp có vốn đầu tư nước ngoài."
ARTICLE = "https://startup.caobang.gov.vn/dau-an-cua-khoa-hoc"


@pytest.fixture
async def server(tmp_path, zalo_settings, whatsapp_settings):
    async with serving(tmp_path, {**zalo_settings, **whatsapp_settings}) as running_server:
        yield running_server


async def test_a_citizens_day(server, zalo, whatsapp, http):
    """One server, one long conversation over two platforms: starting a server for each sentence would take minutes."""
    await _asks_on_zalo(server, zalo, http)
    await _keeps_order_and_answers_a_redelivery_once(server, zalo, http)
    await _renews_a_stale_token_once(server, zalo, http)
    await _welcomes_a_follower(server, zalo, http)
    await _asks_on_whatsapp_and_taps(server, whatsapp, http)
    await _refuses_what_is_not_authentic(server, zalo, whatsapp, http)
    _kept_quiet_about_people(server)
    assert await server.stop(signal.SIGTERM) == 0, server.output


async def _asks_on_zalo(server, zalo, http):
    assert await zalo.deliver(http, f"{server.url}/webhooks/zalo", text_event(zalo.account, QUESTION)) == [200]

    await until(lambda: zalo.accepted)

    message = json.dumps(zalo.accepted[0].message, ensure_ascii=False)
    assert ANSWER in message
    assert ARTICLE in message
    assert ":~:text=" in message, "the link opens the article at the quoted sentence"
    assert "22/01/2024" in message


async def _keeps_order_and_answers_a_redelivery_once(server, zalo, http):
    before = len(zalo.accepted)
    questions = ["nghị quyết 36 là gì", "kế hoạch 1581 là gì", "quyết định 687 là gì", "isee covid", "trạm xanh là gì"]
    events = [text_event(zalo.account, question, user="7411200000000000777") for question in questions]
    for event in events:
        await zalo.deliver(http, f"{server.url}/webhooks/zalo", event)
    await asyncio.gather(
        *(zalo.deliver(http, f"{server.url}/webhooks/zalo", event) for event in events for _ in range(3))
    )

    await until(lambda: len(zalo.accepted) >= before + len(questions))
    await asyncio.sleep(0.5)

    said = [accepted.message["text"] for accepted in zalo.accepted[before:]]
    assert len(said) == len(questions)
    for text, mark in zip(said, ["36-NQ/TW", "1581", "687", "ISEE", "Trạm xanh"], strict=True):
        assert mark in text


async def _renews_a_stale_token_once(server, zalo, http):
    before = len(zalo.accepted)
    zalo.expire_token()

    await asyncio.gather(
        *(
            zalo.deliver(http, f"{server.url}/webhooks/zalo", text_event(zalo.account, QUESTION, user=f"74112{n:014}"))
            for n in range(4)
        )
    )
    await until(lambda: len(zalo.accepted) == before + 4)

    assert zalo.refreshes == 1, "a refresh token may be used once"


async def _welcomes_a_follower(server, zalo, http):
    before = len(zalo.accepted)

    await zalo.deliver(http, f"{server.url}/webhooks/zalo", follow_event(zalo.account, user="7411200000000000999"))
    await until(lambda: len(zalo.accepted) > before)

    assert "Xin chào" in zalo.accepted[-1].message["text"]
    assert 1 <= len(zalo.accepted[-1].message["attachment"]["payload"]["buttons"]) <= 5


async def _asks_on_whatsapp_and_taps(server, whatsapp, http):
    url = f"{server.url}/webhooks/whatsapp"
    assert await whatsapp.deliver(http, url, text_value(QUESTION)) == 200
    await until(lambda: whatsapp.accepted)
    first = json.dumps([accepted.message for accepted in whatsapp.accepted], ensure_ascii=False)
    assert ANSWER in first
    assert ARTICLE in first

    before = len(whatsapp.accepted)
    assert await whatsapp.deliver(http, url, tap_value("#faq:nq93-hinh-thuc", "Hình thức")) == 200
    await until(
        lambda: "sau đầu tư" in json.dumps([it.message for it in whatsapp.accepted[before:]], ensure_ascii=False),
        seconds=25,  # one message per person in six seconds is all that WhatsApp allows
    )

    assert await whatsapp.deliver(http, url, status_value(whatsapp.accepted[0].message_id, "read")) == 200
    async with http.get(url, params={"hub.mode": "subscribe", "hub.verify_token": "verify-test-token",
                                     "hub.challenge": "1158201444"}) as response:  # fmt: skip
        assert (response.status, await response.text()) == (200, "1158201444")
    async with http.get(url, params={"hub.mode": "subscribe", "hub.verify_token": "no", "hub.challenge": "1"}) as bad:
        assert bad.status == 403


async def _refuses_what_is_not_authentic(server, zalo, whatsapp, http):
    body = json.dumps(text_event(zalo.account, "xin chào SECRET-TEXT")).encode()
    signed = zalo.sign(body, "1790000001000")
    cases = [
        ("zalo", b"{}", {}, 200),  # the console's probe
        ("zalo", body, {}, 401),
        ("zalo", body + b" ", signed, 401),
        ("zalo", body, {"X-ZEvent-Signature": "mac=\xe9"}, 401),
        ("zalo", b"x" * 3_000_000, signed, 413),
        ("whatsapp", b'{"object":"page"}', whatsapp.sign(b'{"object":"page"}'), 200),
        ("whatsapp", b"[]", whatsapp.sign(b"[]"), 400),
        ("whatsapp", b"{", whatsapp.sign(b"{"), 400),
        ("whatsapp", b"{}", {}, 401),
        ("whatsapp", b"[" * 200_000, whatsapp.sign(b"[" * 200_000), 400),
        ("whatsapp", b"no gzip", {"Content-Encoding": "gzip"}, 401),
        ("telegram", b"{}", {}, 404),
    ]
    for channel, content, headers, expected in cases:
        async with http.post(f"{server.url}/webhooks/{channel}", data=io.BytesIO(content), headers=headers) as response:
            assert response.status == expected, (channel, content[:40])


def _kept_quiet_about_people(server):
    for secret in ("SECRET-TEXT", QUESTION, "7411200000000000777", "zalo-oa-test-secret", "access-0", "refresh-0"):
        assert secret not in server.output, secret


async def test_a_half_configured_channel_refuses_to_start_and_names_the_variable(tmp_path, zalo_settings):
    del zalo_settings["HOIDAP_CHANNELS__ZALO__OA_SECRET_KEY"]

    server = await start(tmp_path, zalo_settings)

    assert await server.wait() == 1
    assert "HOIDAP_CHANNELS__ZALO__OA_SECRET_KEY" in server.output
    assert "zalo-app-test-secret" not in server.output
