"""What staff add to the lexicon is understood at once, on the days it holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from knowledge import filing, transfer
from knowledge.feed import KnowledgeFeed
from knowledge.formats import write_json, write_yaml
from knowledge.learning import make_matcher
from knowledge.schema import TermItem, TermKind
from knowledge.terms import TermExists, TermGone, add_term, change_term, drop_term, find_term, remove_term, stored_terms
from runtime.clock import FixedClock
from runtime.errors import EditConflict, KnowledgeError
from tests.support.builders import NOW, a_file, an_entry_item

FILE = """
entries:
  - {key: vay-von, question: Vay vốn khởi nghiệp ở đâu?, answer: Ở ngân hàng chính sách.}
  - {key: cuoc-thi, question: Cuộc thi ý tưởng tổ chức khi nào?, answer: Tháng 9.}
terms:
  - {term: xyz, meaning: vay vốn khởi nghiệp}
  - {term: ĐMST, meaning: đổi mới sáng tạo, kind: synonym, weight: 0.8, valid_from: 2024-01-01, valid_until: 2024-12-31}
"""


def best(matcher, text):
    return matcher.match(text).candidates[0]


@pytest.mark.parametrize(("term", "meaning"), [("<b>vupb</b>", "vay vốn"), ("vupb", "vay {vốn}")])
def test_what_no_word_has_is_refused_in_a_file_too(term, meaning):
    written = FILE.replace("xyz", f"'{term}'").replace("meaning: vay vốn khởi nghiệp", f"meaning: '{meaning}'")

    file = filing.parse(written, suffix=".yaml")

    assert [item.term for item in file.terms] == ["ĐMST"]
    assert "holds characters that no word has" in file.problems[0].message


@pytest.mark.parametrize("term", ["R&D", "c/c", "24/7", "100%", "C++", "Covid-19", "k'", "T.Ư"])
def test_what_words_are_written_with_is_taken(term):
    assert TermItem(term=term, meaning="một từ (như thế)").term == term


def test_a_file_holds_terms_and_gives_them_back():
    file = filing.parse(FILE, suffix=".yaml")

    assert [item.key for item in file.terms] == ["xyz = vay vốn khởi nghiệp", "ĐMST = đổi mới sáng tạo"]
    assert file.terms[1].kind is TermKind.SYNONYM
    for suffix, write in ((".yaml", write_yaml), (".json", write_json)):
        assert filing.parse(write(file), suffix=suffix).terms == file.terms


def test_a_file_may_hold_terms_alone():
    file = filing.parse("terms:\n  - {term: xyz, meaning: vay vốn}\n", suffix=".yaml")

    assert len(file.terms) == 1
    assert not file.problems


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{term: xyz}", "meaning is required", id="an abbreviation of nothing"),
        pytest.param("{term: no, meaning: nợ}", "must be text", id="a word that YAML takes for false"),
        pytest.param("{term: xyz, meaning: vay, weight: 3}", "weight", id="a weight above one"),
        pytest.param("{term: xyz, meaning: vay, kind: verb}", "kind", id="an unknown kind"),
        pytest.param(
            "{term: a, meaning: b, valid_from: 2024-02-01, valid_until: 2024-01-01}",
            "before",
            id="ends before it begins",
        ),
    ],
)
def test_a_term_that_cannot_be_used_is_named_with_its_line(line, said):
    file = filing.parse(f"entries:\nterms:\n  - {line}\n", suffix=".yaml")

    assert not file.terms
    assert said in str(file.problems[0])
    assert "line 3" in str(file.problems[0])


def test_a_term_is_understood_on_the_days_it_holds():
    file = filing.parse(FILE.replace("vay vốn khởi nghiệp}", "vay vốn khởi nghiệp, valid_until: 2024-06-30}"))
    snapshot = transfer.snapshot_of(file)

    during, _ = make_matcher(snapshot.on(date(2024, 6, 30)))
    after, _ = make_matcher(snapshot.on(date(2024, 7, 1)))

    assert best(during, "xyz ở đâu").entry == "vay-von"
    assert best(during, "xyz").confidence > best(after, "xyz").confidence


async def test_import_plans_applies_and_exports_terms(db):
    file = filing.parse(FILE, suffix=".yaml")

    first = await transfer.apply(db, file, NOW)
    again = await transfer.apply(db, file, NOW)

    assert first.terms == tuple(item.key for item in file.terms)
    assert again.is_empty
    async with db.reading() as session:
        assert (await transfer.export(session)).terms == file.terms


async def test_a_saved_term_is_understood_without_a_restart_and_a_removed_one_no_more(db):
    await transfer.apply(db, filing.parse(FILE.partition("terms:")[0], suffix=".yaml"), NOW)
    feed = KnowledgeFeed(db, make_matcher, clock=FixedClock(NOW))
    await feed.load()
    before = best(feed.current.matcher, "pqr").confidence

    async with db.transaction() as session:
        await add_term(session, TermItem(term="pqr", meaning="vay vốn khởi nghiệp"), now=NOW)
    await feed.refresh()
    taught = best(feed.current.matcher, "pqr")
    async with db.transaction() as session:
        await remove_term(session, "pqr", "vay vốn khởi nghiệp", now=NOW)
    await feed.refresh()

    assert taught.entry == "vay-von"
    assert taught.confidence > before
    assert best(feed.current.matcher, "pqr").confidence == before


async def test_a_changed_term_says_who_changed_it(db):
    first = TermItem(term="pqr", meaning="vay vốn")
    async with db.transaction() as session:
        number = await add_term(session, first, now=NOW, by="hoa")
        surer = first.model_copy(update={"weight": 0.4})
        await change_term(session, number, surer, base=first, now=NOW, by="minh")
        stored = await find_term(session, number)

    assert (stored.item, stored.changed_by) == (surer, "minh")


async def test_a_term_is_changed_and_dropped_only_as_it_was_seen(db):
    seen = TermItem(term="pqr", meaning="vay vốn")
    async with db.transaction() as session:
        number = await add_term(session, seen, now=NOW)
        other = seen.model_copy(update={"meaning": "khác"})

        with pytest.raises(EditConflict):
            await change_term(session, number, other, base=other, now=NOW)
        with pytest.raises(EditConflict):
            await drop_term(session, number, base=other, now=NOW)
        await drop_term(session, number, base=seen, now=NOW)
        with pytest.raises(TermGone):
            await find_term(session, number)


async def test_no_two_terms_say_the_same_in_other_letters(db):
    async with db.transaction() as session:
        first = await add_term(session, TermItem(term="ĐMST", meaning="đổi mới"), now=NOW)
        second = TermItem(term="dmst", meaning="đổi mới")
        number = await add_term(session, second, now=NOW)

        with pytest.raises(TermExists) as caught:
            await add_term(session, TermItem(term="đmst", meaning="Đổi mới"), now=NOW)
        with pytest.raises(TermExists):
            await change_term(session, number, TermItem(term="đmst", meaning="đổi mới"), base=second, now=NOW)

    assert caught.value.id == first


async def test_a_file_says_whose_terms_they_are(db):
    await transfer.apply(db, filing.parse(FILE, suffix=".yaml"), NOW, by="hoa")

    async with db.reading() as session:
        assert {(term.changed_by, term.changed_at) for term in await stored_terms(session)} == {("hoa", NOW)}


async def test_removing_a_term_that_is_not_there_is_an_error(db):
    async with db.transaction() as session:
        with pytest.raises(KnowledgeError, match="no term"):
            await remove_term(session, "pqr", "", now=NOW)


async def test_the_matcher_is_rebuilt_on_the_day_a_term_ends(db):
    file = a_file(an_entry_item(), terms=(TermItem(term="xyz", meaning="vay", valid_until=date(2024, 6, 1)),))
    await transfer.apply(db, file, NOW)
    clock = FixedClock(NOW)
    seen = []

    def build(snapshot, learnt=None):
        seen.append(len(snapshot.terms))
        return make_matcher(snapshot, learnt)

    feed = KnowledgeFeed(db, build, clock=clock)
    await feed.load()
    same_day = await feed.refresh()
    clock.advance(timedelta(days=1))

    assert not same_day
    assert await feed.refresh() is True
    assert await feed.refresh() is False
    assert seen == [1, 0]
