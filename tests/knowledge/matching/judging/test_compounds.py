from __future__ import annotations

import pytest

from knowledge.matching.index import Index
from knowledge.matching.judging.compounds import strange
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import forms
from knowledge.snapshot import PublishedEntry

INDEX = Index.build(
    [
        PublishedEntry(key="may-tinh", question="Máy tính mượn ở đâu?", variants=(), answer="Tại thư viện."),
        PublishedEntry(key="bay", question="Chim bay đi đâu?", variants=(), answer=""),
    ],
    Lexicon.default(),
)


@pytest.mark.parametrize(
    ("text", "is_strange"),
    [
        pytest.param("mượn máy tính", False, id="a compound of the wordings"),
        pytest.param("thu vien o dau", False, id="one of an answer, without marks"),
        pytest.param("máy bay ở đâu", True, id="both syllables known, never side by side"),
        pytest.param("bệnh viện ở đâu", True, id="a compound nobody spoke of"),
        pytest.param("chim ở đâu", False, id="no compound at all"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_compounds_that_no_text_holds_are_strange(text, is_strange):
    assert (strange(tuple(forms(text)), INDEX) > 0.0) is is_strange


def test_the_share_grows_with_what_is_strange():
    assert strange(("benh", "vien"), INDEX) == 1.0
    assert 0.0 < strange(tuple(forms("mượn máy tính ở bệnh viện")), INDEX) < 1.0
