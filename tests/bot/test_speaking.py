"""What is said of an entry on a day: buttons, the full answer, and what staff chose for after its last day."""

from __future__ import annotations

from datetime import date

import pytest

from bot.handlers.composing import PERSON, Office, featured
from bot.handlers.picking import Picking
from bot.handlers.speaking import speak
from bot.messages import Link, OutcomeKind, UpdateKind
from knowledge.buttons import Button, ButtonKind, button_of
from knowledge.snapshot import OnExpiry, Validity
from tests.bot.test_handlers import NOW, TODAY, a_turn
from tests.support.builders import a_snapshot, an_entry
from tests.support.fakes import knowledge_of

OFFICE = Office(name="Sở KH&CN", phone="0206 3852 123")
OVER = Validity(until=date(2024, 5, 1))


def an_old(**fields):
    return an_entry(key="cu", question="Mức hỗ trợ cũ?", answer="Cũ.", validity=OVER, **fields)


def a_new(**fields):
    return an_entry(**{"key": "moi", "question": "Mức hỗ trợ mới?", "answer": "Mới.", **fields})


def said(entry, *others, **options):
    return speak(a_snapshot(entry, *others), entry, on=TODAY, office=OFFICE, **options)


def payloads(spoken):
    return [choice.payload for choice in spoken.reply.choices]


def test_an_expired_entry_that_hides_is_not_spoken_as_fact():
    spoken = said(an_old(on_expiry=OnExpiry.HIDE))

    assert spoken.kind is OutcomeKind.UNKNOWN
    assert (spoken.entry, spoken.expired, spoken.miss) == ("", True, "entry_expired")
    assert "Cũ." not in spoken.reply.text
    assert "30/04/2024" in spoken.reply.text
    assert "Sở KH&CN" in spoken.reply.text


def test_an_entry_that_hides_answers_like_any_other_until_its_last_day():
    entry = an_entry(answer="Còn.", on_expiry=OnExpiry.HIDE, validity=Validity(until=date(2024, 6, 2)))

    spoken = said(entry)

    assert (spoken.kind, spoken.entry, spoken.reply.text) == (OutcomeKind.ANSWER, entry.key, "Còn.")


def test_the_successor_of_an_expired_entry_answers_and_says_what_it_replaces():
    spoken = said(an_old(on_expiry=OnExpiry.SUCCESSOR, successor="moi"), a_new())

    assert (spoken.entry, spoken.expired, spoken.miss) == ("moi", False, "")
    assert "Mức hỗ trợ cũ?" in spoken.reply.text
    assert "30/04/2024" in spoken.reply.text
    assert spoken.reply.text.endswith("Mới.")


def test_successors_are_followed_to_the_one_in_force():
    middle = an_entry(key="giua", answer="Giữa.", validity=OVER, on_expiry=OnExpiry.SUCCESSOR, successor="moi")

    spoken = said(an_old(on_expiry=OnExpiry.SUCCESSOR, successor="giua"), middle, a_new())

    assert spoken.entry == "moi"


@pytest.mark.parametrize(
    "others",
    [
        pytest.param((), id="successor not published"),
        pytest.param((a_new(validity=OVER),), id="successor expired too"),
        pytest.param((a_new(validity=OVER, on_expiry=OnExpiry.SUCCESSOR, successor="cu"),), id="a circle"),
    ],
)
def test_without_a_successor_in_force_the_old_answer_carries_its_warning(others):
    spoken = said(an_old(on_expiry=OnExpiry.SUCCESSOR, successor="moi"), *others)

    assert (spoken.entry, spoken.expired, spoken.miss) == ("cu", True, "entry_expired")
    assert spoken.reply.text.startswith("Cũ.\n\nLưu ý")


def test_an_entry_that_hides_is_not_offered_either():
    snapshot = a_snapshot(an_old(on_expiry=OnExpiry.HIDE), a_new(related=("cu",)))

    assert payloads(speak(snapshot, snapshot.entries["moi"], on=TODAY, office=OFFICE)) == []
    assert [choice.payload for choice in featured(snapshot, on=TODAY)] == ["#faq:moi"]


def test_buttons_open_entries_pages_telephone_numbers_and_a_person():
    buttons = (
        Button(label="Mức mới", kind=ButtonKind.ENTRY, target="moi"),
        Button(label="Gọi Sở", kind=ButtonKind.PHONE, target="0206 385 2299"),
        Button(label="Biểu mẫu", kind=ButtonKind.URL, target="https://portal.example/mau.docx"),
    )

    spoken = said(an_entry(buttons=buttons), a_new())
    person = said(an_entry(buttons=(Button(label="Gặp cán bộ", kind=ButtonKind.HANDOFF),)))

    assert payloads(spoken) == ["#faq:moi"]
    assert spoken.reply.choices[0].title == "Mức mới"
    assert spoken.reply.links == (
        Link(title="Gọi Sở", url="tel:02063852299"),
        Link(title="Biểu mẫu", url="https://portal.example/mau.docx"),
    )
    assert payloads(person) == [PERSON]


def test_a_button_to_an_entry_that_is_gone_is_left_out():
    assert payloads(said(an_entry(buttons=(button_of("Xem | entry | mat"),)))) == []


def test_the_full_answer_is_offered_first_and_opened_by_its_choice():
    entry = an_entry(answer="Ngắn.", answer_full="Dài: điều kiện, hồ sơ, thời hạn.", related=("moi",))
    knowledge = knowledge_of(entry, a_new())

    first = said(entry, a_new())
    opened = Picking(OFFICE)(a_turn(kind=UpdateKind.CHOICE, payload=payloads(first)[0]), knowledge)

    assert first.reply.text == "Ngắn."
    assert payloads(first) == [f"#full:{entry.key}", "#faq:moi"]
    assert first.reply.choices[0].title == "Xem đầy đủ"
    assert opened.reply.text == "Dài: điều kiện, hồ sơ, thời hạn."
    assert [choice.payload for choice in opened.reply.choices] == ["#faq:moi"]
    assert (opened.entry, opened.state.entry, opened.state.at) == (entry.key, entry.key, NOW)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("Nhãn", "unknown kind"),
        (" | url | https://a.vn", "written as"),
        ("Một nhãn dài hơn hai mươi ký tự | handoff", "longer than 20"),
        ("Gọi | phone | gọi tôi", "does not suit"),
        ("Trang | url | javascript:alert(1)", "does not suit"),
        ("Người | handoff | 123", "does not suit"),
        ("Mục | entry | a | b", "does not suit"),
    ],
)
def test_a_button_that_cannot_work_is_refused(line, complaint):
    with pytest.raises(ValueError, match=complaint):
        button_of(line)
