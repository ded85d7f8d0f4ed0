"""A wording that does not lead to its entry is found, whatever the cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.matching.conflicts import strays
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Verdict


def asked_one_by_one(matcher):
    """Yield (entry, wording) of each wording that is not answered with its entry."""
    index = matcher.index
    for row, wording in enumerate(index.wordings):
        owner = index.entries[int(index.owners[row])].key
        match = matcher.match(wording.text)
        if match.verdict is not Verdict.ANSWER or match.candidates[0].entry != owner:
            yield owner, wording.text


@pytest.mark.parametrize(
    ("spoil", "is_astray"),
    [
        pytest.param(lambda entry, other: {}, False, id="nothing"),
        pytest.param(lambda entry, other: {"answer": other.answer}, False, id="vouched for in spite of the answer"),
        pytest.param(lambda entry, other: {"variants": (*entry.variants, other.question)}, True, id="shared"),
        pytest.param(lambda entry, other: {"must_not_match": (entry.question,)}, True, id="excluded by staff"),
        pytest.param(lambda entry, other: {"not_covered": ("amount", "contact", "date")}, True, id="not covered"),
    ],
)
def test_strays_are_those_that_asking_each_wording_would_show(entries, spoil, is_astray):
    others = (*entries[1:], entries[0])
    spoilt = [
        replace(entry, **spoil(entry, other)) if at % 3 == 0 else entry
        for at, (entry, other) in enumerate(zip(entries, others, strict=True))
    ]
    matcher = Matcher.build(spoilt)

    expected = sorted(asked_one_by_one(matcher))

    assert sorted((stray.entry, stray.text) for stray in strays(matcher)) == expected
    assert bool(expected) is is_astray
