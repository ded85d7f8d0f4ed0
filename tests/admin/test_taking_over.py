"""A file taken over from the command line stands in the audit log, once."""

from __future__ import annotations

from dataclasses import replace

from admin import audit
from admin.audit import Filter
from admin.taking_over import foresee, take_over
from knowledge.history import load_entry
from knowledge.schema import Status, TermItem
from tests.support.builders import NOW, a_file, an_entry_item


async def test_an_import_is_noted_and_one_that_changes_nothing_is_not(sqlite_db):
    for _ in range(2):
        await take_over(sqlite_db, a_file(), "kien-thuc.yaml", now=NOW)

    async with sqlite_db.reading() as session:
        [event] = await audit.find(session, Filter(action="transfer.import"))
    assert (event.actor, event.subject) == ("(command line)", "file:kien-thuc.yaml")
    assert event.after == {"created": 1, "changed": 0}


async def test_an_imported_revision_says_where_it_comes_from(sqlite_db):
    await take_over(sqlite_db, a_file(an_entry_item(article="")), "kien-thuc.yaml", now=NOW)

    async with sqlite_db.reading() as session:
        assert (await load_entry(session, an_entry_item().key)).line.author == "(command line)"


async def test_what_is_published_without_evidence_is_named_for_good(sqlite_db):
    bare = an_entry_item(key="tien", question="Được bao nhiêu?", answer="Hỗ trợ 900 triệu đồng.", article="", quote="")

    file = a_file(an_entry_item(article=""), bare, terms=(TermItem(term="xyz", meaning="vay vốn"),))
    foreseen = await foresee(sqlite_db, file)
    taken = await take_over(sqlite_db, file, "k.yaml", now=NOW)

    async with sqlite_db.reading() as session:
        [event] = await audit.find(session, Filter(action="transfer.import"))
        assert (await load_entry(session, "tien")).status is Status.PUBLISHED
    assert event.after == {"created": 2, "changed": 0, "terms": ["xyz = vay vốn"], "unevidenced": ["tien"]}
    assert [finding.token.text for finding in taken.unevidenced["tien"]] == ["900 triệu đồng"]
    assert list(taken.unsourced) == list(foreseen.unsourced) == [an_entry_item().key, "tien"]
    assert "tien" in taken.plan.created


async def test_an_entry_that_is_not_spoken_or_keeps_its_article_is_not_named(sqlite_db):
    draft = an_entry_item(key="nhap", article="", status=Status.DRAFT)
    await take_over(sqlite_db, a_file(an_entry_item(), draft), "k.yaml", now=NOW)
    table = replace(
        a_file(an_entry_item(answer="Khác.", article="")), fields=frozenset({"key", "question", "answer"}), articles=()
    )

    taken = await take_over(sqlite_db, table, "bang.csv", now=NOW)

    assert taken.plan.changed == (an_entry_item().key,)
    assert not taken.unsourced


async def test_a_table_without_sources_is_held_against_those_that_are_stored(sqlite_db):
    sourced = an_entry_item(quote="hỗ trợ 900 triệu đồng", answer="Hỗ trợ 900 triệu đồng.")
    await take_over(sqlite_db, a_file(sourced), "k.yaml", now=NOW)
    shorter = an_entry_item(answer="900 triệu đồng.", article="", quote="")
    table = replace(a_file(shorter), fields=frozenset({"key", "question", "answer"}), articles=())

    taken = await take_over(sqlite_db, table, "bang.csv", now=NOW)

    assert taken.plan.changed == (sourced.key,)
    assert not taken.unevidenced
