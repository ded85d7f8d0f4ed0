"""Every flaw that keeps a guide from being published, and what the starter guide says."""

from __future__ import annotations

import pytest

from knowledge.eligibility.checking import Flaw, check, promises
from knowledge.portal.paragraphs import starter_paragraphs
from tests.support.guides import QUOTE, a_guide, a_number, a_rule, a_step, at_least, is_, starter_guide

TEXTS = {"bai-viet": f"Mở đầu. {QUOTE}"}
BOTH = {"kind": "all", "of": (is_("moi"), is_("moi", "khong"))}


def flaws(**overrides):
    return [problem.flaw for problem in check(a_guide(**overrides), TEXTS)]


def test_the_starter_guide_has_no_flaw_and_quotes_its_article_word_for_word():
    guide = starter_guide()

    assert check(guide, {guide.article: "\n".join(starter_paragraphs())}) == []


def test_no_text_of_the_starter_guide_promises_anything():
    assert not [text for _, text in starter_guide().said() if promises(text)]


@pytest.mark.parametrize(
    ("expected", "overrides"),
    [
        pytest.param([], {}, id="nothing wrong"),
        pytest.param([Flaw.REPEATED_STEP], {"steps": (a_step(), a_step())}, id="two steps of one key"),
        pytest.param(
            [Flaw.REPEATED_CHOICE],
            {"steps": (a_step(choices=({"key": "co", "label": "Có"}, {"key": "co", "label": "Vâng"})),)},
            id="two choices of one key",
        ),
        pytest.param(
            [Flaw.LONG_LABEL],
            {
                "steps": (
                    a_step(choices=({"key": "co", "label": "Có, " + "rất " * 8}, {"key": "khong", "label": "Không"})),
                )
            },
            id="a label that no button holds",
        ),
        pytest.param([Flaw.UNKNOWN_STEP], {"rules": (a_rule(is_("khac")),)}, id="a rule about no step"),
        pytest.param([Flaw.UNKNOWN_CHOICE], {"rules": (a_rule(is_("moi", "khac")),)}, id="a rule about no choice"),
        pytest.param([Flaw.WRONG_KIND], {"rules": (a_rule(at_least("moi", 3)),)}, id="a choice compared with a number"),
        pytest.param(
            [Flaw.WRONG_KIND],
            {"steps": (a_number(),), "rules": (a_rule(at_least("lao-dong", "mười")),)},
            id="no number",
        ),
        pytest.param([Flaw.UNREACHABLE_STEP], {"steps": (a_step(), a_step("thua"))}, id="a step that nothing needs"),
        pytest.param(
            [Flaw.USELESS_RULE], {"rules": (a_rule(is_("moi")), a_rule(BOTH))}, id="a rule that contradicts itself"
        ),
        pytest.param([Flaw.USELESS_RULE], {"rules": (a_rule(is_("moi")), a_rule(is_("moi")))}, id="a rule said twice"),
        pytest.param(
            [Flaw.CONTRADICTION],
            {"rules": (a_rule(is_("moi")), a_rule(is_("moi"), "not_covered"))},
            id="two rules at odds",
        ),
        pytest.param([Flaw.NO_PATH], {"otherwise": ()}, id="a choice that leads nowhere"),
        pytest.param([Flaw.NO_CITATION], {"rules": (a_rule(is_("moi"), quote=""),)}, id="no quote"),
        pytest.param([Flaw.NO_CITATION], {"rules": (a_rule(is_("moi"), clause=""),)}, id="no clause"),
        pytest.param([Flaw.NO_CITATION], {"article": ""}, id="no article"),
        pytest.param(
            [Flaw.NO_CONFIRMATION], {"rules": (a_rule(is_("moi"), "ask_staff", confirm=()),)}, id="nothing to confirm"
        ),
        pytest.param([Flaw.UNKNOWN_ARTICLE], {"article": "khac"}, id="an article that is not there"),
        pytest.param(
            [Flaw.NOT_QUOTED], {"rules": (a_rule(is_("moi"), quote="có từ 9 lao động"),)}, id="a quote of nothing"
        ),
        pytest.param([Flaw.PROMISE], {"intro": "Xem bạn có ĐỦ  ĐIỀU KIỆN không."}, id="a promise"),
    ],
)
def test_a_flaw_is_named(expected, overrides):
    assert flaws(**overrides) == expected


def test_a_quote_is_not_refused_when_the_text_of_its_article_is_not_known():
    [problem] = check(a_guide(), {"bai-viet": ""})

    assert (problem.flaw, problem.is_fatal, str(problem)) == (Flaw.NO_TEXT, False, "rule 1: no text bai-viet")


def test_a_guide_too_large_to_be_looked_through_is_refused():
    steps = tuple(a_number(f"so-{n}") for n in range(14))
    parts = [at_least(f"so-{n}", value) for n in range(14) for value in (n + 2, 50, 90)]
    rules = tuple(
        a_rule({"kind": "all", "of": (parts[n], parts[(n * 7 + 5) % 42], parts[(n * 11 + 3) % 42])}) for n in range(42)
    )

    assert [problem.flaw for problem in check(a_guide(steps=steps, rules=rules), TEXTS)] == [Flaw.TOO_LARGE]
