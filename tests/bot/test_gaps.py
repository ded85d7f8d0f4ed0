"""Misses of one meaning are one gap, whoever asked, on whatever channel, in whatever words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import gaps, triage
from bot.gap_states import GapState
from bot.gaps import Known, Reader, nearest
from bot.messages import UpdateKind
from bot.tables import Gap, Miss
from bot.triage import GapFilter
from tests.support.fakes import knowledge_of
from tests.support.towns import Town

MUSHROOMS = "trồng nấm có được vay vốn không"
FISH = "nuôi cá tầm cần giấy phép gì"


@pytest.fixture
def town(db):
    return Town(db)


def reader():
    return Reader(knowledge_of)


def known(number, *samples, state="new", reason="too_low"):
    return Known(id=number, reason=reason, state=state, samples=samples)


@pytest.mark.parametrize(
    ("text", "reason", "expected"),
    [
        pytest.param("trong nam co duoc vay von khong", "too_low", 1, id="the same without diacritics"),
        pytest.param("trồng nấm được vay vốn không", "too_low", 1, id="nearly the same"),
        pytest.param("xe điện có được hỗ trợ", "too_low", None, id="something else"),
        pytest.param("", "unsupported_media", 3, id="a picture among pictures"),
        pytest.param("", "asked_for_person", None, id="the first call for a person"),
    ],
)
def test_a_question_joins_the_gap_it_means(text, reason, expected):
    gaps_ = [known(1, MUSHROOMS), known(2, FISH), known(3, reason="unsupported_media")]

    found = nearest(text, reason, gaps_, reader())

    assert (found.id if found else None) == expected


def test_among_many_gaps_the_right_one_is_still_found():
    many = [known(number, f"câu hỏi số {number} về việc {number * 7}") for number in range(2, 400)]

    found = nearest("trồng nấm vay vốn có được không", "too_low", [*many, known(1, MUSHROOMS)], reader())

    assert found.id == 1


async def test_the_queue_begins_with_what_concerns_most_people(town):
    await town.say("an", FISH)
    await town.say("an", f"{FISH} ạ")
    for person in ("binh", "chi", "dung"):
        await town.say(person, MUSHROOMS, channel="zalo")
    await town.do_chores()

    lines, total = await town.act(triage.listing, GapFilter())

    assert total == 2
    assert [(line.text, line.people, line.misses) for line in lines] == [(MUSHROOMS, 3, 3), (FISH, 1, 2)]


async def test_sorting_does_not_depend_on_when_it_is_done(town):
    for at, person in enumerate(("an", "binh", "chi")):
        await town.say(person, MUSHROOMS)
        await town.say(person, f"{FISH} {at}")
        await town.do_chores()
    one_by_one = await _grouping(town)

    await town.act(gaps.regroup)
    assert await town.rows(Gap.id) == []
    await town.do_chores()

    assert await _grouping(town) == one_by_one


async def _grouping(town):
    rows = await town.rows(Miss.id, Miss.gap_id)
    first = {}
    return [first.setdefault(gap_id, miss_id) for miss_id, gap_id in rows]


async def test_regrouping_leaves_alone_what_staff_have_touched(town):
    await town.say("an", MUSHROOMS)
    await town.do_chores()
    [(gap_id,)] = await town.rows(Gap.id)
    await town.act(triage.share_out, [gap_id], assignee="lan")

    assert await town.act(gaps.regroup) == 0
    assert await town.rows(Gap.id) == [(gap_id,)]


async def test_an_answered_question_that_is_missed_again_opens_a_gap_that_says_so(town):
    await town.say("an", MUSHROOMS)
    await town.do_chores()
    [(answered,)] = await town.rows(Gap.id)
    await town.after(hours=1)
    await town.act(triage.settle, [answered], GapState.RESOLVED_VARIANT, now=town.clock.now(), entry="nam")
    await town.after(days=3)

    await town.say("binh", MUSHROOMS)
    await town.say("chi", MUSHROOMS)
    await town.do_chores()

    lines, _ = await town.act(triage.listing, GapFilter())
    assert [(line.recurs_id, line.people) for line in lines] == [(answered, 2)]
    await town.after(days=1)
    view = await town.act(triage.view, answered, now=town.clock.now())
    before, after = view.recurrence.before, view.recurrence.after
    assert (before.misses, before.span, before.weekly) == (1, timedelta(hours=1), None), "an hour is no week"
    assert (after.misses, after.span, after.weekly) == (2, timedelta(days=4), None)
    await town.after(days=4)
    view = await town.act(triage.view, answered, now=town.clock.now())
    assert view.recurrence.after.weekly == pytest.approx(2 * 7 / 8)


async def test_what_was_set_aside_stays_aside(town):
    await town.say("an", "thời tiết hôm nay thế nào")
    await town.do_chores()
    [(gap_id,)] = await town.rows(Gap.id)
    await town.act(triage.settle, [gap_id], GapState.OUT_OF_SCOPE, now=town.clock.now())

    await town.say("binh", "thời tiết hôm nay thế nào")
    await town.do_chores()

    assert await town.rows(Gap.id, Gap.people, Gap.state) == [(gap_id, 2, "out_of_scope")]


async def test_two_gaps_can_be_made_one(town):
    await town.say("an", MUSHROOMS)
    await town.say("binh", FISH)
    await town.do_chores()
    (one,), (other,) = await town.rows(Gap.id)

    await town.act(gaps.merge, other, one, now=town.clock.now())

    assert await town.rows(Gap.id, Gap.people, Gap.samples) == [(one, 2, [MUSHROOMS, FISH])]


@pytest.mark.parametrize(
    ("state", "entry"),
    [
        pytest.param(GapState.NEW, "", id="a state that waits"),
        pytest.param(GapState.RESOLVED_ENTRY, "", id="an answer without its entry"),
        pytest.param(GapState.SPAM, "nam", id="spam with an entry"),
    ],
)
async def test_a_gap_is_settled_with_what_settles_it(town, state, entry):
    with pytest.raises(ValueError, match=state):
        await town.act(triage.settle, [1], state, now=town.clock.now(), entry=entry)


async def test_texts_are_dropped_after_their_time_and_counts_remain(town):
    await town.chores.begin()
    await town.say("an", MUSHROOMS)
    await town.say("binh", kind=UpdateKind.ATTACHMENT, attachment="audio")
    await town.do_chores()
    [mushrooms] = [row[0] for row in await town.rows(Gap.id, Gap.text) if row[1]]
    await town.act(triage.settle, [mushrooms], GapState.RESOLVED_ENTRY, now=town.clock.now(), entry="nam")

    await town.after(days=89)
    assert (mushrooms, MUSHROOMS) in await town.rows(Gap.id, Gap.text)
    await town.after(days=2)

    assert (mushrooms, "", [], 1, 1) in await town.rows(Gap.id, Gap.text, Gap.samples, Gap.people, Gap.misses)
    assert await town.rows(Miss.text, Miss.digest) == [("", ""), ("", "")]


async def test_what_waits_for_staff_keeps_its_text(town):
    await town.chores.begin()
    await town.say("an", MUSHROOMS)
    await town.do_chores()

    await town.after(days=400)

    assert await town.rows(Gap.text) == [(MUSHROOMS,)]
