from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching.index import Index
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.query import prepare
from knowledge.matching.ranker import FUSION, rank
from knowledge.matching.scorers import SCORERS, survey
from knowledge.snapshot import PublishedEntry


def entry(key, *wordings):
    return PublishedEntry(key=key, question=wordings[0], variants=wordings[1:], answer="")


INDEX = Index.build(
    [
        entry("lich", "lịch tiêm phòng cho đàn bò", "bao giờ tiêm phòng bò", "tiêm phòng bò vào tháng mấy"),
        entry("gia", "giá giống bò lai", "mua bò giống bao nhiêu tiền một con", "tiền mua bò giống"),
        entry("hop", "lịch họp thôn tháng này", "họp thôn vào hôm nào"),
    ],
    Lexicon.default(),
)


def best(scorer, question):
    ranking = rank(prepare(question, INDEX), INDEX)
    return INDEX.entries[int(ranking.entries[int(np.argmax(ranking.evidence[scorer]))])].key


@pytest.mark.parametrize(
    ("question", "key"),
    [("tiêm phòng cho bò tháng nào", "lich"), ("bò giống giá bao nhiêu", "gia"), ("thôn họp hôm nào", "hop")],
)
@pytest.mark.parametrize("scorer", ["words", "model"])
def test_the_models_learn_from_all_wordings_of_an_entry(scorer, question, key):
    assert best(scorer, question) == key


def test_every_scorer_stays_between_nothing_and_one():
    ranking = rank(prepare("bò giống tiêm phòng ở thôn bao nhiêu tiền", INDEX), INDEX)

    assert SCORERS.keys() == FUSION.keys()
    for values in ranking.evidence.values():
        assert values.min() >= 0.0
        assert values.max() <= 1.0 + 1e-6


def test_a_wording_that_is_left_out_says_nothing():
    row = next(at for at, wording in enumerate(INDEX.wordings) if wording.text == "giá giống bò lai")

    field = survey(prepare("giá giống bò lai", INDEX), INDEX, without=row)

    assert field.words[row] == field.chars[row] == 0.0
    assert survey(prepare("giá giống bò lai", INDEX), INDEX).words[row] == pytest.approx(1.0, abs=1e-5)
