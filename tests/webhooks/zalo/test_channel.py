"""Sending against a platform that refuses what the real one refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pydantic
import pytest
import structlog

from bot.channel import Receipt, Rejected, RetryLater, SignedRequest, Unauthorized, WindowClosed
from bot.messages import Choice, Reply, Source
from simulators.platform import Fault
from webhooks.zalo import errors
from webhooks.zalo.settings import ZaloSettings

USER = "7411200000000000001"
REPLY = Reply(
    text="Được.", source=Source(title="B", url="https://b.example/"), choices=(Choice(title="Một", payload="#faq:1"),)
)


def request(body: bytes, headers: dict[str, str] | None = None) -> SignedRequest:
    return SignedRequest(headers=headers or {}, body=body, received_at=datetime(2026, 11, 23, tzinfo=UTC))


async def test_a_reply_reaches_the_citizen(zalo, platform):
    (payload,) = zalo.render(REPLY)

    receipt = await zalo.send(USER, payload)

    (sent,) = platform.accepted
    assert (sent.to, sent.path, sent.message) == (USER, "/v3.0/oa/message/cs", payload)
    assert receipt == Receipt(external_id=sent.message_id)


async def test_an_anonymous_citizen_gets_plain_text_by_the_older_endpoint(zalo, platform):
    (payload,) = zalo.render(REPLY)

    await zalo.send("anonymous:anon-1:c0ffee", payload)

    (sent,) = platform.accepted
    assert (sent.to, sent.path) == ("anon-1:c0ffee", "/v2.0/oa/message")
    assert set(sent.message) == {"text"}
    assert "https://b.example/" in sent.message["text"]
    assert "1. Một" in sent.message["text"]


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_stale_token_is_renewed_and_the_message_sent_once(zalo, platform, code):
    platform.fail(code)

    await zalo.send(USER, {"text": "a"})

    assert platform.refreshes == 1
    assert len(platform.accepted) == 1


async def test_a_token_that_stays_refused_is_not_renewed_again_and_again(zalo, platform):
    platform.fail(-220, -220)

    with pytest.raises(Unauthorized):
        await zalo.send(USER, {"text": "a"})
    assert platform.refreshes == 1


@pytest.mark.parametrize("code", sorted(errors.SAY_IT_PLAINLY))
async def test_a_refused_template_is_said_once_in_plain_words(zalo, platform, code):
    platform.fail(code)

    await zalo.send(USER, zalo.render(REPLY)[0])

    (sent,) = platform.accepted
    assert "attachment" not in sent.message


@pytest.mark.parametrize("code", sorted(errors.SAY_IT_PLAINLY))
async def test_plain_text_that_is_refused_is_not_repeated(zalo, platform, code):
    platform.fail(code)

    with pytest.raises(Rejected):
        await zalo.send(USER, {"text": "a"})
    assert platform.accepted == []


async def test_an_unnamed_failure_is_tried_once_more(zalo, platform):
    platform.fail(-200)
    await zalo.send(USER, {"text": "a"})
    platform.fail(-200, -200)
    with pytest.raises(Rejected):
        await zalo.send(USER, {"text": "a"})

    assert len(platform.accepted) == 1


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        pytest.param([-32, -234, -999, 5], RetryLater, id="later"),
        pytest.param([-230, -232], WindowClosed, id="window"),
        pytest.param([-100, -211, -213, -217, -218, -227, -244, -248, -320, -321], Rejected, id="this person"),
        pytest.param(
            [-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242], Unauthorized, id="our account"
        ),
    ],
)
async def test_every_code_leads_to_its_action(zalo, platform, codes, error):
    for code in codes:
        platform.fail(code)
        with pytest.raises(error) as caught:
            await zalo.send(USER, {"text": "a"})
        assert caught.value.code == str(code)


@pytest.mark.parametrize("fault", [Fault(status=502), Fault(status=200), Fault(drop=True)], ids=repr)
async def test_what_surely_did_not_arrive_is_sent_later(zalo, platform, fault):
    platform.messages.add(fault)

    with pytest.raises(RetryLater):
        await zalo.send(USER, {"text": "a"})


async def test_a_platform_that_is_not_there_is_tried_later(zalo):
    zalo.settings = zalo.settings.model_copy(update={"openapi_base": "http://127.0.0.1:1"})

    with pytest.raises(RetryLater):
        await zalo.send(USER, {"text": "a"})


async def test_a_lost_answer_counts_as_sent(zalo, platform):
    platform.messages.add(Fault(hang=2.0, taken=True))

    with structlog.testing.capture_logs() as logs:
        receipt = await zalo.send(USER, {"text": "bí mật"})

    assert receipt == Receipt(external_id="")
    assert [entry["event"] for entry in logs] == ["zalo.sent_in_doubt"]
    assert "bí mật" not in repr(logs)


async def test_the_window_is_the_platforms_to_close(zalo, platform):
    platform.out_of_window.add(USER)

    with pytest.raises(WindowClosed):
        await zalo.send(USER, {"text": "a"})


async def test_the_doctor_asks_who_we_are_and_messages_nobody(zalo, platform):
    findings = await zalo.check()

    assert [finding.ok for finding in findings] == [True, True]
    assert "government" in findings[0].message
    assert platform.accepted == []


async def test_the_doctor_names_a_token_of_another_account(zalo):
    zalo.settings = zalo.settings.model_copy(update={"oa_id": "5"})

    assert (await zalo.check())[0].ok is False


async def test_the_doctor_renews_a_stale_token_as_a_message_would(zalo, platform):
    platform.expire_token()

    findings = await zalo.check()

    assert [finding.ok for finding in findings] == [True, True]
    assert platform.refreshes == 1


async def test_the_doctor_names_a_dead_pair(zalo, platform):
    platform.expire_token()
    platform.tokens.refresh_token = "used by another program"

    (finding,) = await zalo.check()

    assert (finding.ok, "zalo-login" in finding.hint) == (False, True)


@pytest.mark.parametrize(
    ("body", "headers", "answer"),
    [
        pytest.param(b"{}", {}, "ok", id="the console's probe"),
        pytest.param(b" {}\n", {}, "ok", id="with blanks"),
        pytest.param(b"{}", {"x-zevent-signature": "mac=00"}, None, id="signed: an event"),
        pytest.param(b'{"a":1}', {}, None, id="not empty"),
        pytest.param(b"", {}, None, id="no body"),
        pytest.param(b"[]", {}, None, id="another type"),
    ],
)
async def test_only_the_empty_unsigned_object_is_a_probe(zalo, body, headers, answer):
    assert zalo.handshake(request(body, headers)) == answer


@pytest.mark.parametrize("name", ["app_id", "oa_id", "app_secret", "oa_secret_key"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_no_secret_no_start(name, value):
    given = {"app_id": "1", "oa_id": "2", "app_secret": "s", "oa_secret_key": "k", name: value}
    if value is None:
        del given[name]

    with pytest.raises(pydantic.ValidationError) as caught:
        ZaloSettings.model_validate(given)
    assert [error["loc"] for error in caught.value.errors()] == [(name,)]


@pytest.mark.parametrize("base", ["http://openapi.zalo.me", "ftp://127.0.0.1", "https://", "https://u:p@h", "x"])
def test_an_address_in_the_clear_is_refused(base):
    with pytest.raises(pydantic.ValidationError):
        ZaloSettings(app_id="1", oa_id="2", app_secret="s", oa_secret_key="k", openapi_base=base)


def test_settings_do_not_show_their_secrets():
    settings = ZaloSettings(
        app_id="1",
        oa_id="2",
        app_secret="s3cret\n",
        oa_secret_key="s3cret",
        access_token="s3cret",
        refresh_token="s3cret",
    )

    assert "s3cret" not in repr(settings)
    assert settings.app_secret.get_secret_value() == "s3cret"
