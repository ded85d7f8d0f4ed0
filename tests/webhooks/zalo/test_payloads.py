"""The fate of every event of the catalogue."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.channel import Reading
from bot.handlers.composing import PERSON
from bot.handlers.reminders import FORGET
from bot.handlers.smalltalk import ERASE, KEEP
from bot.handlers.telling import DO_NOT_TELL
from bot.messages import InboundUpdate, ReceiptStatus, UpdateKind
from runtime.errors import BadPayload
from simulators.zalo_events import USER, echo_event, follow_event, message_event, person_event, text_event
from simulators.zalo_oauth import ZaloAccount
from webhooks.zalo import payloads

ACCOUNT = ZaloAccount()


def read(event: object) -> Reading:
    return payloads.read(json.dumps(event).encode(), oa_id=ACCOUNT.oa_id)


def only(event: object) -> InboundUpdate:
    (update,) = read(event).updates
    return update


def test_a_question():
    event = message_event(ACCOUNT, "user_send_text", {"text": "Hỏi\u0309 gì?", "msg_id": "m1", "quote_msg_id": "q1"})

    update = only(event)

    assert update.kind is UpdateKind.TEXT
    assert (update.channel, update.external_id, update.account) == ("zalo", "m1", ACCOUNT.oa_id)
    assert (update.contact, update.address) == (USER, USER)
    assert update.reply_to == "q1"
    assert update.sent_at == datetime.fromtimestamp(1790000001, UTC)


def test_a_tap_arrives_as_text_with_our_payload():
    update = only(text_event(ACCOUNT, "#faq:nq93-tong-quan"))

    assert (update.kind, update.payload) == (UpdateKind.CHOICE, "#faq:nq93-tong-quan")


@pytest.mark.parametrize("payload", [PERSON, ERASE, KEEP, DO_NOT_TELL, FORGET])
def test_a_button_without_a_key_is_a_choice_too(payload):
    """Otherwise whoever taps "delete my data" would get a search for it."""
    update = only(text_event(ACCOUNT, payload))

    assert (update.kind, update.payload) == (UpdateKind.CHOICE, payload)


@pytest.mark.parametrize("text", ["#khoinghiep", "# faq:x", "#faq: x", "hỏi #faq:x", "#FAQ:x", "#faq:"])
def test_an_ordinary_text_with_a_hash_is_no_tap(text):
    assert only(text_event(ACCOUNT, text)).kind is UpdateKind.TEXT


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        pytest.param(follow_event(ACCOUNT), UpdateKind.FOLLOW, id="follow"),
        pytest.param(follow_event(ACCOUNT, name="unfollow"), UpdateKind.UNFOLLOW, id="unfollow"),
        pytest.param(person_event(ACCOUNT, "user_click_chatnow"), UpdateKind.START, id="chat now"),
        pytest.param(person_event(ACCOUNT, "user_withdraw"), UpdateKind.ERASE, id="withdraw"),
    ],
)
def test_events_about_a_person_have_neither_sender_nor_message(event, kind):
    first, again, later = only(event), only(event), only({**event, "timestamp": "1790000002000"})

    assert (first.kind, first.contact, first.address) == (kind, USER, USER)
    assert first.external_id == again.external_id != later.external_id


@pytest.mark.parametrize(
    "name", ["image", "gif", "video", "audio", "file", "sticker", "link", "location", "business_card"]
)
def test_every_attachment_is_recognised(name):
    event = message_event(ACCOUNT, f"user_send_{name}", {"text": "chú thích"})

    update = only(event)

    assert (update.kind, update.attachment, update.text) == (UpdateKind.ATTACHMENT, name, "chú thích")


def test_an_anonymous_person_is_answered_by_both_ids():
    event = message_event(ACCOUNT, "anonymous_send_text", {"text": "a", "conversation_id": "c0ffee"}, user="anon-1")

    update = only(event)

    assert (update.contact, update.address) == ("anon-1", "anonymous:anon-1:c0ffee")


def test_an_anonymous_attachment_is_an_attachment():
    event = message_event(ACCOUNT, "anonymous_send_sticker", {"conversation_id": "c0ffee"}, user="anon-1")

    assert only(event).kind is UpdateKind.ATTACHMENT


@pytest.mark.parametrize(
    ("icon", "emoji"), [("/-strong", "👍"), ("/-heart", "❤"), ("/-remove", ""), ("/-new", "/-new")]
)
def test_a_reaction_points_at_our_message(icon, emoji):
    update = only(message_event(ACCOUNT, "user_reacted_message", {"msg_id": "m9", "react_icon": icon}))

    assert (update.kind, update.reply_to, update.emoji, update.payload) == (UpdateKind.REACTION, "m9", emoji, icon)


@pytest.mark.parametrize("swapped", [False, True], ids=["account receives", "account sends"])
@pytest.mark.parametrize(
    ("name", "message", "ids", "status"),
    [
        pytest.param("user_received_message", {"msg_id": "m1"}, ("m1",), ReceiptStatus.DELIVERED, id="received"),
        pytest.param("user_seen_message", {"msg_id": None, "msg_ids": ["m1", 5, None, "m1"]}, ("m1", "5"),
                     ReceiptStatus.READ, id="seen"),
    ],
)  # fmt: skip
def test_either_side_of_a_status_may_be_the_account(name, message, ids, status, swapped):
    event = message_event(ACCOUNT, name, message)
    if swapped:
        event["sender"], event["recipient"] = event["recipient"], event["sender"]

    update = only(event)

    assert (update.kind, update.contact) == (UpdateKind.STATUS, USER)
    assert update.note is not None
    assert (update.note.message_ids, update.note.status) == (ids, status)


def test_an_answer_from_the_chat_tool_is_a_persons():
    update = only(echo_event(ACCOUNT, "Tôi trả lời đây", admin_id="77"))

    assert (update.kind, update.contact, update.text) == (UpdateKind.STAFF, USER, "Tôi trả lời đây")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(echo_event(ACCOUNT, "Câu trả lời"), "echo", id="our own message come back"),
        pytest.param(text_event(ACCOUNT, "x", user=ACCOUNT.oa_id), "echo", id="the account as a user"),
        pytest.param(message_event(ACCOUNT, "oa_send_anonymous_text", {}), "echo", id="echo to anonymous"),
        pytest.param(message_event(ACCOUNT, "user_send_group_text", {"text": "x"}), "group", id="group"),
        pytest.param(message_event(ACCOUNT, "oa_send_group_text", {"text": "x"}), "group", id="group echo"),
        pytest.param(message_event(ACCOUNT, "create_group", {}), "group", id="group made"),
        pytest.param({**text_event(ACCOUNT, "x"), "recipient": {"id": "99"}}, "foreign_account", id="other account"),
        pytest.param({**follow_event(ACCOUNT), "oa_id": "99"}, "foreign_account", id="other account followed"),
        pytest.param(message_event(ACCOUNT, "oa_reacted_message", {}), "nothing_to_do", id="we reacted"),
        pytest.param(message_event(ACCOUNT, "user_submit_info", {}), "nothing_to_do", id="form"),
        pytest.param({"event_name": "event_journey_sent"}, "nothing_to_do", id="journey"),
        pytest.param({"event_name": "add_user_to_tag"}, "nothing_to_do", id="tag"),
        pytest.param(message_event(ACCOUNT, "user_send_hologram", {"text": "x"}), "unknown_event", id="future"),
        pytest.param({"event_name": "user_click_button"}, "unknown_event", id="an event Zalo does not have"),
        pytest.param({"event_name": ["follow"]}, "malformed", id="name is a list"),
        pytest.param({}, "malformed", id="no name"),
        pytest.param({"event_name": "follow"}, "malformed", id="nobody follows"),
        pytest.param({**text_event(ACCOUNT, "x"), "message": None}, "malformed", id="no message"),
        pytest.param({**text_event(ACCOUNT, "x"), "sender": {"id": "a:b"}}, "malformed", id="colon in an id"),
        pytest.param({**text_event(ACCOUNT, "x"), "sender": {"id": "1\n2"}}, "malformed", id="newline in an id"),
        pytest.param(message_event(ACCOUNT, "user_send_text", {"text": 5}), "malformed", id="text is a number"),
        pytest.param(message_event(ACCOUNT, "anonymous_send_text", {"text": "x"}), "malformed", id="no conversation"),
        pytest.param(message_event(ACCOUNT, "user_seen_message", {"msg_id": ""}), "malformed", id="seen nothing"),
        pytest.param(message_event(ACCOUNT, "user_reacted_message", {}), "malformed", id="no icon"),
    ],
)
def test_what_needs_nothing_is_counted_with_its_reason(event, reason):
    assert read(event) == Reading(ignored=(reason,))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"5", b"{", b'{"a":NaN}', b"\xef\xbb\xbf{}", b"\xff", b"[" * 9999]
)
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(BadPayload):
        payloads.read(body, oa_id="1")
