"""Staff see what is wrong with what is published before a citizen does."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge import transfer
from knowledge.base import Knowledge
from knowledge.learning import make_matcher
from knowledge.matching.matcher import Matcher
from knowledge.problems import Kind, find_troubles, of_dates, of_evidence, of_links, of_matching, of_quotes, of_terms
from knowledge.safeguards import ArticleText
from knowledge.schema import snapshot_of
from knowledge.snapshot import LexiconTerm, Snapshot
from tests.support.builders import NOW, a_file, an_article_item, an_entry, an_entry_item

ON = date(2024, 6, 1)


def seen(troubles):
    return [(trouble.kind, trouble.entry, trouble.field) for trouble in troubles]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"valid_until": date(2024, 5, 31)}, (Kind.EXPIRED, "valid_until"), id="over since yesterday"),
        pytest.param({"valid_until": date(2024, 6, 1)}, (Kind.EXPIRING, "valid_until"), id="its last day"),
        pytest.param({"valid_until": date(2024, 7, 1)}, (Kind.EXPIRING, "valid_until"), id="in thirty days"),
        pytest.param({"valid_until": date(2024, 7, 2)}, None, id="later"),
        pytest.param({"review_on": date(2024, 6, 1)}, (Kind.REVIEW, "review_on"), id="due today"),
        pytest.param({"review_on": date(2024, 6, 2)}, None, id="due tomorrow"),
        pytest.param({}, None, id="no days"),
    ],
)
def test_days_that_have_come(fields, expected):
    found = [(trouble.kind, trouble.field) for trouble in of_dates([an_entry_item(**fields)], on=ON)]

    assert found == ([expected] if expected else [])


def test_an_entry_whose_article_cannot_be_read_or_whose_neighbour_is_gone():
    entry = an_entry_item(related=("co", "mat"))

    troubles = list(of_links([entry, an_entry_item(key="co", article="khac")], {"bai-viet": "gone"}))

    assert [(trouble.kind, trouble.field, trouble.other) for trouble in troubles] == [
        (Kind.LINK, "article", "bai-viet"),
        (Kind.CHAINED, "related", "mat"),
    ]


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        pytest.param({"answer": "Hỗ trợ 17 lượt.", "quote": "hỗ trợ cho 17 lượt"}, [], id="evidenced and quoted"),
        pytest.param({"answer": "Hỗ trợ 71 lượt.", "quote": ""}, [Kind.UNEVIDENCED], id="a wrong figure"),
        pytest.param({"answer": "Có.", "article": "", "quote": ""}, [Kind.UNSOURCED], id="nothing cited"),
    ],
)
def test_what_rests_on_nothing(fields, kinds):
    stored = {"bai-viet": ArticleText(paragraphs=("Đến nay đã hỗ trợ cho 17 lượt tổ chức.",))}

    assert [trouble.kind for trouble in of_evidence([an_entry_item(**fields)], stored)] == kinds


@pytest.mark.parametrize(
    ("quote", "paragraphs", "is_trouble"),
    [
        pytest.param("hỗ trợ cho 17 lượt", ("Đã hỗ trợ cho 17 lượt.",), False, id="stands there"),
        pytest.param("hỗ trợ cho 71 lượt", ("Đã hỗ trợ cho 17 lượt.",), True, id="stands there otherwise"),
        pytest.param("hỗ trợ cho 71 lượt", (), False, id="no text is stored"),
        pytest.param("", ("Đã hỗ trợ.",), False, id="no quote"),
    ],
)
def test_a_quote_stands_in_its_article(quote, paragraphs, is_trouble):
    troubles = list(of_quotes([an_entry_item(quote=quote)], {"bai-viet": paragraphs}))

    assert seen(troubles) == ([(Kind.QUOTE, "nq93-hinh-thuc", "quote")] if is_trouble else [])


def test_a_wording_that_two_entries_share_leads_to_neither():
    shared = "Nộp hồ sơ ở đâu?"
    matcher = Matcher.build(
        [
            an_entry(key="a", question=shared, variants=(), answer="Tại Sở Khoa học và Công nghệ."),
            an_entry(key="b", question="Lệ phí là bao nhiêu?", variants=(shared,), answer="Không thu phí."),
            an_entry(key="c", question="Ai là giám đốc?", variants=(), answer="Ông An."),
        ]
    )

    troubles = list(of_matching(matcher))

    assert seen(trouble for trouble in troubles if trouble.kind is Kind.STRAY) == [
        (Kind.STRAY, "a", "variants"),
        (Kind.STRAY, "b", "variants"),
    ]
    [pair] = [trouble for trouble in troubles if trouble.kind is Kind.TWINS]
    assert (pair.entry, pair.other, pair.text) == ("a", "b", shared)


def test_an_abbreviation_of_staff_with_two_meanings_is_named_with_both():
    def term(meaning, kind="abbreviation"):
        return LexiconTerm(term="KHX", meaning=meaning, kind=kind, weight=0.9)

    [trouble] = of_terms([term("kế hoạch xã"), term("khởi nghiệp xanh"), term("khác", "synonym")])

    assert trouble.text == "KHX: kế hoạch xã; khởi nghiệp xanh"
    assert trouble.terms == (("KHX", "kế hoạch xã"), ("KHX", "khởi nghiệp xanh"))
    assert list(of_terms([term("kế hoạch xã")])) == []


def test_an_abbreviation_that_means_something_else_already_is_named():
    [trouble] = of_terms([LexiconTerm(term="DN", meaning="Đà Nẵng xanh", kind="abbreviation", weight=0.9)])

    assert "doanh nghiep" in trouble.text


async def test_the_starter_knowledge_has_none(db):
    await transfer.load_starter(db, NOW)
    snapshot = transfer.starter_snapshot()
    known = Knowledge(snapshot=snapshot, matcher=make_matcher(snapshot, None)[0])

    async with db.reading() as session:
        assert await find_troubles(session, known, on=ON) == ()


async def test_the_most_pressing_stands_first(db):
    file = a_file(
        an_entry_item(valid_until=date(2024, 5, 1), answer="Hỗ trợ 71 lượt.", review_on=ON),
        articles=(an_article_item(),),
    )
    await transfer.apply(db, file, NOW)
    snapshot = snapshot_of(file)

    async with db.reading() as session:
        known = Knowledge(snapshot=snapshot, matcher=make_matcher(Snapshot.of(()), None)[0])
        troubles = await find_troubles(session, known, on=ON)

    assert [trouble.kind for trouble in troubles] == [Kind.UNEVIDENCED, Kind.EXPIRED, Kind.REVIEW]
