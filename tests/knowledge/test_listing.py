"""Staff find entries by words without marks, by status, and by what is due."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge import editing, workflow
from knowledge.listing import EntryFilter, Progress, count_entries, list_entries, list_topics
from knowledge.schema import Status
from knowledge.transfer import apply
from tests.support.builders import NOW, a_file, an_entry_item

FILE = a_file(
    an_entry_item(key="ho-tro", question="Hình thức hỗ trợ là gì?", document="93/2022/NQ-HĐND"),
    an_entry_item(key="cuoc-thi", question="Cuộc thi diễn ra khi nào?", topic="thi", valid_until=date(2024, 6, 10)),
    an_entry_item(key="dia-chi", question="Sở ở đâu?", answer="100% ở Hợp Giang_1.", review_on=date(2024, 6, 1)),
    an_entry_item(key="nhap", question="Bản nháp?", status=Status.DRAFT),
)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        pytest.param(EntryFilter(), ["ho-tro", "cuoc-thi", "dia-chi", "nhap"], id="all, in order"),
        pytest.param(EntryFilter(words="hinh thuc ho tro"), ["ho-tro"], id="without marks"),
        pytest.param(EntryFilter(words="HỖ trợ hình"), ["ho-tro"], id="with marks, in any order"),
        pytest.param(EntryFilter(words="93/2022"), ["ho-tro"], id="part of a document number"),
        pytest.param(EntryFilter(words="giang_1"), ["dia-chi"], id="underscore stands for itself"),
        pytest.param(EntryFilter(words="0% o"), ["dia-chi"], id="per cent sign stands for itself"),
        pytest.param(EntryFilter(words="khong co dau"), [], id="no such words"),
        pytest.param(EntryFilter(topic="thi"), ["cuoc-thi"], id="topic"),
        pytest.param(EntryFilter(status=Status.DRAFT), ["nhap"], id="status"),
        pytest.param(EntryFilter(ends_before=date(2024, 7, 1)), ["cuoc-thi"], id="expiring"),
        pytest.param(EntryFilter(due_on=date(2024, 6, 1)), ["dia-chi"], id="to be reviewed"),
        pytest.param(EntryFilter(among={"nhap", "lạ"}), ["nhap"], id="among keys"),
        pytest.param(EntryFilter(without={"nhap", "ho-tro"}), ["cuoc-thi", "dia-chi"], id="without keys"),
        pytest.param(EntryFilter(progress=Progress.NONE), ["ho-tro", "cuoc-thi", "dia-chi"], id="nothing unpublished"),
        pytest.param(EntryFilter(progress=Progress.WRITING), ["nhap"], id="being written"),
    ],
)
async def test_a_filter_finds_its_entries_and_counts_them(db, wanted, keys):
    await apply(db, FILE, NOW)

    async with db.reading() as session:
        assert [line.key for line in await list_entries(session, wanted)] == keys
        assert await count_entries(session, wanted) == len(keys)


LOANS = a_file(
    an_entry_item(key="a", question="Như vậy có được hỗ trợ không?", variants=(), answer="Có."),
    an_entry_item(key="b", question="Vay vốn ở đâu?", variants=(), answer="Ở ngân hàng."),
    an_entry_item(key="c", question="Ai được cấp vốn?", variants=("Hợp tác xã vay vốn thế nào?",), answer="Có."),
    an_entry_item(key="d", question="Hợp tác xã có được hỗ trợ vốn không?", variants=("Vậy ai được?",), answer="Có."),
    an_entry_item(key="e", question="Cây vayo là gì?", variants=(), answer="Có."),
    an_entry_item(key="f", question="Ai hoà giải?", variants=(), answer="Sở."),
)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        pytest.param("vay", ["b", "c", "a", "d", "e"], id="without marks: as typed, then other marks, then parts"),
        pytest.param("hợp tác xã vay vốn", ["c"], id="with marks: only those marks, in a wording too"),
        pytest.param("Vay vốn", ["b", "c"], id="a word without a mark counts as typed beside one with"),
        pytest.param("vậy", ["a", "d"], id="one word with its mark"),
        pytest.param("hỗ tr", [], id="with marks: whole words"),
        pytest.param("ho tr", ["a", "d"], id="without marks: parts of words"),
        pytest.param("hòa giải", ["f"], id="either place of the tone mark"),
        pytest.param(" ", ["a", "b", "c", "d", "e", "f"], id="nothing"),
    ],
)
async def test_marks_that_were_typed_count(db, words, keys):
    await apply(db, LOANS, NOW)
    wanted = EntryFilter(words=words)

    async with db.reading() as session:
        assert [line.key for line in await list_entries(session, wanted)] == keys
        assert await count_entries(session, wanted) == len(keys)
        assert [line.key for line in await list_entries(session, wanted, offset=1, limit=1)] == keys[1:2]


async def test_a_published_entry_is_listed_as_spoken_with_the_state_of_its_next_revision(db):
    await apply(db, FILE, NOW)
    async with db.transaction() as session:
        item = an_entry_item(key="ho-tro", question="Có những hình thức nào?")
        number = await editing.revise(session, item, now=NOW, author="lan")
        await workflow.submit(session, "ho-tro", number=number, by="lan", now=NOW)

    async with db.reading() as session:
        [line] = await list_entries(session, EntryFilter(progress=Progress.WAITING))
        found_by_the_new_words = await list_entries(session, EntryFilter(words="nhung hinh thuc nao"))

    assert (line.key, line.status, line.question) == ("ho-tro", Status.PUBLISHED, "Hình thức hỗ trợ là gì?")
    assert (line.revision, line.author) == (2, "lan")
    assert found_by_the_new_words == [line]


async def test_topics_are_listed_once(db):
    await apply(db, FILE, NOW)

    async with db.reading() as session:
        assert await list_topics(session) == ["chinh-sach", "thi"]
