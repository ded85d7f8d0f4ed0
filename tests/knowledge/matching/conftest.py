"""The starter base, built once: what most matcher tests ask."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml

from knowledge.matching.matcher import Matcher
from knowledge.snapshot import Article, Citation, PublishedEntry


def starter_entries() -> list[PublishedEntry]:
    text = resources.files("knowledge").joinpath("starter", "cao-bang.yaml").read_text(encoding="utf-8")
    stored = yaml.safe_load(text)
    article = Article(key="bai-viet", title="Bài viết", url="https://portal.example/bai-viet.html")
    return [
        PublishedEntry(
            key=item["key"],
            question=item["question"],
            answer=item["answer"],
            variants=tuple(item.get("variants", ())),
            citation=Citation(article=article, quote=item.get("quote", "")),
        )
        for item in stored["entries"]
    ]


@pytest.fixture(scope="session")
def entries() -> list[PublishedEntry]:
    return starter_entries()


@pytest.fixture(scope="session")
def matcher(entries) -> Matcher:
    return Matcher.build(entries)


@pytest.fixture(scope="session")
def calibrated(matcher) -> Matcher:
    return matcher.calibrated()
