"""Which question comes next and what follows, proved by going through every answer there is."""

from __future__ import annotations

from itertools import product

import pytest

from knowledge.eligibility.diagram import UNCLEAR, Leaf, follow, holds, values_of
from knowledge.eligibility.engine import Cancelled, Command, Given, Prompt, Ruling, Run, advance
from knowledge.eligibility.model import UNSURE, RulingKind
from knowledge.eligibility.model import Any as AnyOf
from tests.support.guides import a_guide, a_number, a_rule, a_step, at_least, is_, starter_guide

ORGANISATIONS = ("doanh-nghiep", "hop-tac-xa", "to-chuc")
NUMBERS = a_guide(
    steps=(
        a_number(least=0, most=500),
        a_step("moi"),
        {"key": "ngay", "kind": "date", "question": "Thành lập ngày nào?", "least": "2000-01-01"},
    ),
    rules=(
        a_rule({"kind": "not", "of": at_least("lao-dong", 10)}, "not_covered"),
        a_rule({"kind": "all", "of": (at_least("lao-dong", 200), is_("moi", "khong"))}, "ask_staff"),
        a_rule({"kind": "any", "of": (is_("moi"), at_least("ngay", "2021-12-10"))}),
    ),
)
GUIDES = [pytest.param(starter_guide(), id="starter"), pytest.param(NUMBERS, id="numbers and dates")]


def assignments(guide):
    """Every way to answer every question."""
    steps = [step.key for step in guide.steps]
    for values in product(*(values_of(guide, step) for step in guide.steps)):
        yield dict(zip(steps, values, strict=True))


def ruled(guide, answers):
    """The ruling by going through the rules one after the other: what the diagram must agree with."""
    possible = set()
    for rule in guide.rules:
        held = holds(guide, rule.when, answers)
        if held:
            return rule.ruling if possible <= {rule.ruling} else RulingKind.ASK_STAFF
        if held is None:
            possible.add(rule.ruling)
    return RulingKind.ASK_STAFF


def asked(guide, answers):
    """Lead somebody with these answers through a guide: the steps asked, and the ruling."""
    led, steps = advance(guide, Run(guide=guide.key), Command.BEGIN), []
    while isinstance(led, Prompt):
        steps.append(led.step.key)
        led = advance(guide, led.run, Given(step=led.step.key, value=answers[led.step.key]))
    return steps, led


def starter_ruling(answers):
    """The truth table of the starter guide, written from the article alone, without its rules."""
    who, capital = answers["doi-tuong"], answers["von-nuoc-ngoai"]
    is_organisation, may_be_one = who in ORGANISATIONS, who in {*ORGANISATIONS, UNSURE}
    if is_organisation and capital == "toan-bo":
        return "not_covered"
    is_open = (
        who == "ho-kinh-doanh"
        or (may_be_one and capital != "khong")
        or (who == "ca-nhan" and answers["quoc-tich"] != "viet-nam")
        or answers["noi-dang-ky"] != "cao-bang"
        or who == UNSURE
    )
    if is_open:
        return "ask_staff"
    if answers["hoat-dong"] == "co":
        return "may_qualify"
    belongs = is_organisation and "co" in {answers["quy-khcn"], answers["cong-dong"]}
    return "may_qualify" if belongs else "ask_staff"


def test_the_starter_guide_rules_as_its_article_says_for_every_combination():
    guide = starter_guide()

    combinations = list(assignments(guide))
    for answers in combinations:
        assert asked(guide, answers)[1].kind.value == starter_ruling(answers), answers

    assert len(combinations) > 5_000


@pytest.mark.parametrize("guide", GUIDES)
def test_the_ruling_is_the_same_however_few_questions_were_asked(guide):
    for answers in assignments(guide):
        assert asked(guide, answers)[1].kind is ruled(guide, answers), answers


@pytest.mark.parametrize("guide", GUIDES)
def test_a_question_that_cannot_change_the_ruling_is_not_asked(guide):
    """For every way through the guide, each answered question could have made a difference."""
    seen = set()
    for answers in assignments(guide):
        given = {}
        for key in asked(guide, answers)[0]:
            known = tuple(given.items())
            if known not in seen:
                seen.add(known)
                assert matters(guide, given, key), (given, key)
            given[key] = answers[key]


@pytest.mark.parametrize("guide", GUIDES)
def test_what_was_not_asked_could_not_have_changed_the_ruling(guide):
    for answers in assignments(guide):
        steps, ruling = asked(guide, answers)
        for step in guide.steps:
            if step.key not in steps:
                for other in values_of(guide, step):
                    assert ruled(guide, answers | {step.key: other}) is ruling.kind


def matters(guide, given, key):
    """Tell whether there is a way to answer the rest in which two answers to a question have different ends."""
    values = values_of(guide, guide.step(key))
    everything = (rest | given for rest in assignments(guide))
    return any(len({follow(guide, answers | {key: value}) for value in values}) > 1 for answers in everything)


def test_i_am_not_sure_leads_to_staff_only_where_it_matters():
    guide = starter_guide()
    company = {"doi-tuong": "doanh-nghiep", "von-nuoc-ngoai": "khong", "noi-dang-ky": "cao-bang"}

    unsure = asked(guide, company | {"hoat-dong": UNSURE, "quy-khcn": "co"})[1]
    open_ = asked(guide, company | {"hoat-dong": UNSURE, "quy-khcn": "khong", "cong-dong": "khong"})[1]

    assert (unsure.kind, unsure.rule.quote) == (RulingKind.MAY_QUALIFY, guide.rules[6].quote)
    assert (open_.kind, open_.is_unclear) == (RulingKind.ASK_STAFF, True)
    assert open_.rule is guide.rules[5], "the clause that hangs on what is not known"
    assert [step.key for step in open_.unsure] == ["hoat-dong"]


def test_back_takes_back_one_answer_and_restart_all():
    guide = starter_guide()
    run = Run(
        guide="nq93", answers=(Given(step="doi-tuong", value="ca-nhan"), Given(step="quoc-tich", value="viet-nam"))
    )

    assert advance(guide, run, Command.BACK).step.key == "quoc-tich"
    assert advance(guide, run, Command.RESTART).step.key == "doi-tuong"
    assert isinstance(advance(guide, run, Command.CANCEL), Cancelled)
    assert advance(guide, Run(guide="nq93"), Command.BACK).run.answers == ()


def test_an_answer_to_an_earlier_question_replaces_it_and_what_followed():
    guide = starter_guide()
    run = Run(
        guide="nq93", answers=(Given(step="doi-tuong", value="ca-nhan"), Given(step="quoc-tich", value="viet-nam"))
    )

    led = advance(guide, run, Given(step="doi-tuong", value="doanh-nghiep"))

    assert led.run.answers == (Given(step="doi-tuong", value="doanh-nghiep"),)
    assert led.step.key == "von-nuoc-ngoai"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Given(step="khac", value="co"), id="another step"),
        pytest.param(Given(step="moi", value="khac"), id="another choice"),
        pytest.param(Given(step="lao-dong", value="501"), id="too much"),
        pytest.param(Given(step="lao-dong", value="nhiều"), id="no number"),
        pytest.param(Given(step="ngay", value="1999-12-31"), id="too early"),
    ],
)
def test_an_answer_that_its_step_does_not_know_is_refused(given):
    with pytest.raises(ValueError, match=r".+"):
        advance(NUMBERS, Run(guide="thu"), given)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("9", "not_covered"),
        ("9.9", "not_covered"),
        ("10", "may_qualify"),
        ("199.5", "may_qualify"),
        ("200", "ask_staff"),
    ],
)
def test_numbers_count_to_the_very_threshold(people, expected):
    answers = {"lao-dong": people, "moi": "khong", "ngay": "2022-01-01"}

    assert asked(NUMBERS, answers)[1].kind.value == expected


def test_unknown_and_unknown_stays_unknown_as_kleene_has_it():
    guide = a_guide(steps=(a_step("a"), a_step("b")), rules=(a_rule(is_("a")), a_rule(is_("b"))))
    either = AnyOf.model_validate({"kind": "any", "of": (is_("a"), is_("b"))})

    table = {(a, b): holds(guide, either, {"a": a, "b": b}) for a, b in product(("co", "khong", UNSURE), repeat=2)}

    assert [table[pair] for pair in table] == [True, True, True, True, False, None, True, None, None]


def test_a_ruling_of_what_nobody_wrote_about_names_what_staff_confirm():
    guide = a_guide()

    ruling = asked(guide, {"moi": "khong"})[1]

    assert isinstance(ruling, Ruling)
    assert (ruling.kind, ruling.rule, ruling.confirm) == (RulingKind.ASK_STAFF, None, guide.otherwise)
    assert follow(guide, {"moi": UNSURE}) == Leaf(RulingKind.ASK_STAFF, UNCLEAR)
