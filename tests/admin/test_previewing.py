"""People who write see how an answer arrives on each channel."""

from __future__ import annotations

from datetime import date

from admin.previewing import WEB, previews
from bot.handlers.composing import Office
from knowledge.buttons import button_of
from server import RENDERERS
from tests.support.builders import a_snapshot, an_entry

OFFICE = Office(name="Sở KH&CN")
LONG = "Mỗi dự án được xét một lần. " * 400


def seen(**fields):
    entry = an_entry(**fields)
    found = previews(entry, a_snapshot(), on=date(2024, 6, 1), office=OFFICE, renderers=RENDERERS)
    return {preview.channel: preview for preview in found if not preview.full}


def test_every_channel_shows_the_words_and_what_can_be_pressed():
    found = seen(answer="Một lần sau đầu tư.", answer_full="Đầy đủ.", buttons=(button_of("Gặp cán bộ | handoff"),))

    assert list(found) == [WEB, *RENDERERS]
    for preview in found.values():
        assert preview.bubbles[0].text.startswith("Một lần sau đầu tư.")
        assert not preview.is_cut
    assert found["whatsapp"].bubbles[0].buttons == ("Xem đầy đủ", "Gặp cán bộ")
    assert found["zalo"].bubbles[-1].buttons == ("Xem đầy đủ", "Gặp cán bộ", "Xem bài gốc")


def test_what_a_channel_cuts_is_said():
    found = seen(answer=LONG)

    assert not found[WEB].is_cut
    assert len(found["zalo"].bubbles) == 5
    assert found["zalo"].is_cut
    assert found["whatsapp"].is_cut


def test_the_full_answer_is_shown_after_the_short_one():
    entry = an_entry(answer="Ngắn.", answer_full=LONG)
    found = previews(entry, a_snapshot(), on=date(2024, 6, 1), office=OFFICE, renderers=RENDERERS)
    full = [preview for preview in found if preview.full]

    assert [preview.channel for preview in full] == [WEB, *RENDERERS]
    assert [preview.is_cut for preview in full if preview.channel == "zalo"] == [True]
    assert not any(preview.is_cut for preview in found if not preview.full)


def test_titles_that_lose_words_are_named():
    other = an_entry(key="khac", question="Một câu hỏi liên quan dài hơn hai mươi ký tự?")
    found = {
        preview.channel: preview
        for preview in previews(
            an_entry(related=("khac",)), a_snapshot(other), on=date(2024, 6, 1), office=OFFICE, renderers=RENDERERS
        )
    }

    assert found["whatsapp"].short_titles == ("1. Một câu hỏi liên…",)
    assert found["zalo"].short_titles == ()
