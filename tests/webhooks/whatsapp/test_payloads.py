"""Every message type, and batches of which parts are broken."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from bot.channel import Reading
from bot.messages import InboundUpdate, ReceiptStatus, UpdateKind
from simulators.whatsapp import USER, FakeWhatsApp, WhatsAppAccount
from simulators.whatsapp_events import echo_value, message_value, status_value, tap_value, text_value
from webhooks.whatsapp import payloads

NUMBER = WhatsAppAccount().phone_number_id


def read(*values: dict[str, object], name: str = "messages") -> Reading:
    document = FakeWhatsApp().envelope(*values, name=name)
    return payloads.read(json.dumps(document).encode(), phone_number_id=NUMBER)


def only(*values: dict[str, object], name: str = "messages") -> InboundUpdate:
    (update,) = read(*values, name=name).updates
    return update


async def test_a_question():
    value = text_value("Hỏi\u0309 gì?")
    value["messages"][0] |= {"id": "wamid.AB+/=", "context": {"id": "wamid.Q"}}

    update = only(value)

    assert (update.kind, update.text) == (UpdateKind.TEXT, unicodedata.normalize("NFC", "Hỏi\u0309 gì?"))
    assert (update.channel, update.external_id, update.account) == ("whatsapp", "wamid.AB+/=", NUMBER)
    assert (update.contact, update.address, update.reply_to) == (USER, USER, "wamid.Q")
    assert update.sent_at == datetime.fromtimestamp(1790000001, UTC)


async def test_a_person_is_known_by_the_id_that_outlives_the_number():
    value = text_value("a")
    value["contacts"] = [{"wa_id": USER, "user_id": "VN.1"}]

    update = only(value)

    assert (update.contact, update.address) == ("VN.1", USER)


async def test_a_person_without_a_number():
    value = text_value("a")
    del value["messages"][0]["from"], value["contacts"]
    value["messages"][0]["from_user_id"] = "VN.1"

    update = only(value)

    assert (update.contact, update.address) == ("VN.1", "VN.1")


@pytest.mark.parametrize(
    ("contacts", "people"),
    [
        ([{"user_id": "VN.1"}], [("VN.1", "VN.1")]),
        ([{"user_id": "VN.1", "wa_id": USER}], [("VN.1", USER)]),
        ([{"user_id": "VN.1"}, {"user_id": "VN.2"}], []),
        ([{"user_id": "VN\n1"}], []),
        ([None], []),
    ],
)
async def test_who_names_nobody_is_the_only_person_of_the_change(contacts, people):
    value = text_value("a")
    del value["messages"][0]["from"]
    value["contacts"] = contacts

    assert [(update.contact, update.address) for update in read(value).updates] == people


async def test_an_odd_number_is_not_taken_for_a_missing_one():
    value = text_value("a", user="84\n9")
    value["contacts"] = [{"wa_id": USER}]

    assert read(value) == Reading(ignored=("malformed",))


@pytest.mark.parametrize(
    ("value", "kind", "payload", "text"),
    [
        pytest.param(tap_value("#faq:a", "Mục A"), UpdateKind.CHOICE, "#faq:a", "Mục A", id="button"),
        pytest.param(tap_value("#faq:a", "A", kind="list_reply"), UpdateKind.CHOICE, "#faq:a", "A", id="list"),
        pytest.param(tap_value("", "Mục A"), UpdateKind.TEXT, "", "Mục A", id="no payload: worth its title"),
        pytest.param(
            message_value("button", button={"payload": "#faq:a", "text": "A"}),
            UpdateKind.CHOICE,
            "#faq:a",
            "A",
            id="template",
        ),
        pytest.param(message_value("request_welcome"), UpdateKind.START, "", "", id="first open"),
        pytest.param(message_value("poll", poll={"x": 1}), UpdateKind.UNKNOWN, "", "", id="a type of tomorrow"),
    ],
)
async def test_what_a_message_is(value, kind, payload, text):
    update = only(value)

    assert (update.kind, update.payload, update.text) == (kind, payload, text)


@pytest.mark.parametrize(
    "kind", ["image", "video", "document", "audio", "sticker", "location", "contacts", "order", "unsupported"]
)
async def test_every_attachment_is_recognised(kind):
    assert (only(message_value(kind)).kind, only(message_value(kind)).attachment) == (UpdateKind.ATTACHMENT, kind)


async def test_a_caption_is_kept():
    assert only(message_value("image", image={"id": "1", "caption": "Mẫu đơn"})).text == "Mẫu đơn"


async def test_an_interactive_message_without_content_is_unsupported():
    assert only(message_value("interactive")).attachment == "unsupported"


@pytest.mark.parametrize("reaction", [{"emoji": ""}, {}, {"emoji": None}])
async def test_a_removed_reaction_has_no_emoji(reaction):
    update = only(message_value("reaction", reaction={"message_id": "wamid.O", **reaction}))

    assert (update.kind, update.reply_to, update.emoji) == (UpdateKind.REACTION, "wamid.O", "")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("sent", ReceiptStatus.SENT),
        ("delivered", ReceiptStatus.DELIVERED),
        ("read", ReceiptStatus.READ),
        ("played", ReceiptStatus.READ),
        ("failed", ReceiptStatus.FAILED),
    ],
)
async def test_a_status_is_unique_by_message_and_word(word, status):
    update = only(status_value("wamid.O", word, code=131047))

    assert update.external_id == f"wamid.O:{word}"
    assert update.note is not None
    assert (update.note.message_ids, update.note.status, update.note.error) == (("wamid.O",), status, "131047")


async def test_an_answer_from_the_phone_is_a_persons():
    update = only(echo_value("Tôi đây"), name="smb_message_echoes")

    assert (update.kind, update.contact, update.text) == (UpdateKind.STAFF, USER, "Tôi đây")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(message_value("system", system={"type": "user_changed_number"}), "nothing_to_do", id="system"),
        pytest.param(message_value("edit"), "nothing_to_do", id="edit"),
        pytest.param(message_value("revoke"), "nothing_to_do", id="revoke"),
        pytest.param(message_value("interactive", interactive={"type": "nfm_reply"}), "nothing_to_do", id="flow"),
        pytest.param(message_value("text", text={"body": "x"}, group_id="g"), "group", id="group"),
        pytest.param(message_value("text", text="x"), "malformed", id="text is a string"),
        pytest.param(message_value("text", text={"body": ["x"]}), "malformed", id="body is a list"),
        pytest.param(message_value("interactive", interactive=5), "malformed", id="interactive is a number"),
        pytest.param(tap_value("", ""), "malformed", id="empty tap"),
        pytest.param(message_value("reaction"), "malformed", id="reaction to nothing"),
        pytest.param(message_value("text", id="a\nb"), "malformed", id="newline in the id"),
        pytest.param({"messages": [None]}, "malformed", id="null"),
        pytest.param(status_value("wamid.O", "hologram"), "unknown_event", id="unknown status"),
        pytest.param(status_value("", "read"), "malformed", id="status of nothing"),
        pytest.param({"metadata": {"phone_number_id": "5"}}, "foreign_account", id="other number"),
        pytest.param({"metadata": None}, "foreign_account", id="no number"),
    ],
)
async def test_what_needs_nothing_is_counted_with_its_reason(value, reason):
    assert read(value) == Reading(ignored=(reason,))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"object": "page"}, "unknown_event"),
        ({"object": "whatsapp_business_account"}, "malformed"),
        ({"object": "whatsapp_business_account", "entry": {"0": {}}}, "malformed"),
        ({"object": "whatsapp_business_account", "entry": [{"changes": [5]}]}, "nothing_to_do"),
        ({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages"}]}]}, "malformed"),
    ],
)
async def test_odd_envelopes_hold_nothing(document, reason):
    body = json.dumps(document).encode()

    assert payloads.read(body, phone_number_id=NUMBER) == Reading(ignored=(reason,))


async def test_the_whole_post_is_walked_and_a_bad_item_loses_only_itself():
    first, bad, last = text_value("một"), message_value("text"), text_value("hai")
    first["messages"] += [None, 7, *bad["messages"]]

    reading = read(first, {"statuses": "x"}, status_value("wamid.O", "read"), last)

    assert [update.text for update in reading.updates] == ["một", "", "hai"]
    assert reading.ignored == ("malformed",) * 4


@pytest.mark.parametrize("scoped", ["VN." + "a1" * 64, "US.ENT." + "A" * 128])
async def test_the_longest_id_that_outlives_the_number_is_read(scoped):
    """Country, dot and up to 128 letters and digits, for a company's parent account ENT between them."""
    value = text_value("a")
    del value["messages"][0]["from"]
    value["messages"][0]["from_user_id"] = scoped

    assert (only(value).contact, only(value).address) == (scoped, scoped)


@pytest.mark.parametrize("display", ["15550100999", "+1 555-010-0999"])
async def test_a_message_from_our_own_number_is_never_answered(display):
    value = text_value("a", user="15550100999")
    value["metadata"] = {"phone_number_id": NUMBER, "display_phone_number": display}

    assert read(value) == Reading(ignored=("echo",))


async def test_an_empty_number_is_none():
    value = text_value("a")
    value["messages"][0]["from"] = ""

    assert only(value).contact == USER


async def test_an_interactive_message_whose_content_is_null_is_one_without_content():
    value = message_value("interactive", interactive=None)

    assert only(value).attachment == "unsupported"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param({"messages": {}}, "malformed", id="messages is an object"),
        pytest.param({"messages": None, "statuses": []}, "malformed", id="nothing in it"),
        pytest.param({"errors": [{"code": 131000}]}, "nothing_to_do", id="errors of the account"),
    ],
)
async def test_a_change_without_items_is_counted(value, reason):
    assert read(value) == Reading(ignored=(reason,))
