"""A competition states nothing in figures that its source does not hold without being asked why."""

from __future__ import annotations

from importlib import resources

import pytest

from knowledge import filing
from knowledge.competition_sources import claims_of, unsourced
from knowledge.safeguards import ArticleText
from tests.support.builders import a_competition_item

BARE = {"stages": (), "title": "Cuộc thi"}


def lacking(text, **fields):
    found = unsourced(a_competition_item(**BARE | fields), ArticleText(paragraphs=[text], head=("Bài", "2024-01-22")))
    return [(each.stage or each.field, each.text) for each in found]


def stages(*bounds):
    return tuple({"key": f"s{at}", "name": "Nộp hồ sơ", "starts": bound} for at, bound in enumerate(bounds))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2024-03-15", "trước ngày 15/3/2024"),
        ("2024-03-15", "từ 01/3 đến 15/3, năm 2024"),
        ("2024-03-15", "ngày 15 tháng 3 năm 2024"),
        ("2024-03-15 17:00", "trước 17 giờ ngày 15/3/2024"),
        ("2024-05", "chung kết trong tháng 5/2024"),
    ],
)
def test_a_day_counts_as_the_article_writes_it(written, text):
    assert lacking(text, stages=stages(written)) == []


@pytest.mark.parametrize(
    ("written", "text", "named"),
    [
        ("2024-03-16", "trước ngày 15/3/2024", "16/03/2024"),
        ("2025-03-15", "trước ngày 15/3/2024", "15/03/2025"),
        ("2024-03-15 16:30", "trước 17 giờ ngày 15/3/2024", "16:30"),
        ("2024-06", "chung kết trong tháng 5/2024", "06/2024"),
    ],
)
def test_another_day_is_named_with_its_stage(written, text, named):
    assert lacking(text, stages=stages(written)) == [("Nộp hồ sơ", named)]


def test_what_is_told_besides_days_is_compared_with_the_whole_article_and_the_quote():
    text = "Giải nhất 5 triệu đồng."

    found = lacking(text, prizes="Giải nhất 10 triệu đồng, 5 triệu đồng", audience="Từ 18 tuổi", quote="từ 18 tuổi")

    assert found == [("prizes", "10 triệu đồng")]


def test_the_starter_competitions_state_what_their_article_holds():
    file = filing.parse(_starter("cao-bang.yaml"), suffix=".yaml")
    text = ArticleText(paragraphs=_starter("article-2023.txt").splitlines(), head=(file.articles[0].title,))

    assert [(item.key, unsourced(item, text)) for item in file.competitions if unsourced(item, text)] == []


def test_money_and_law_among_what_is_told_ask_for_a_second_person():
    assert claims_of(a_competition_item(prizes="Giải nhất 10 triệu đồng")) == ("10 triệu đồng",)
    assert claims_of(a_competition_item(prizes="Giấy khen")) == ()


def _starter(name):
    return (resources.files("knowledge.starter") / name).read_text(encoding="utf-8")
