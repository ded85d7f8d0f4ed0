"""A guide as staff write it: questions, the rules that decide over their answers, and what is said at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from knowledge.cleaning import clean_line, clean_text

SHORT_TITLE = 20  # characters; the tightest button there is (WhatsApp)
MAX_STEPS = 20
MAX_CHOICES = 9  # and "I am not sure": a WhatsApp list has ten rows
UNSURE = "?"  # the answer "I am not sure", open at every step unless staff close it


def _written(value: object) -> object:
    """Take a number or a day as it stands in a file for what it is written as."""
    if isinstance(value, date):
        return value.isoformat()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return str(value) if is_number else value


_Nothing = BeforeValidator(lambda value: "" if value is None else value)
Slug = Annotated[str, AfterValidator(clean_line), Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""A key of a guide, step or choice. Three of them travel in one button payload (200 characters at the tightest)."""
_Line = Annotated[str, AfterValidator(clean_line), Field(max_length=300), _Nothing]
_Said = Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=300)]
_Text = Annotated[str, AfterValidator(clean_text), Field(max_length=2_000), _Nothing]
_Measure = Annotated[str, BeforeValidator(_written), Field(min_length=1, max_length=40)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RulingKind(StrEnum):
    """What may be said at the end. There is no fourth: nobody is ever told that they qualify."""

    MAY_QUALIFY = "may_qualify"
    NOT_COVERED = "not_covered"
    ASK_STAFF = "ask_staff"


class Choice(_Value):
    """One answer to a step. `synonyms`: words of the citizen that mean it."""

    key: Slug
    label: Annotated[_Said, Field(max_length=100)]
    short_title: Annotated[_Line, Field(max_length=SHORT_TITLE)] = ""
    synonyms: tuple[_Said, ...] = ()


class Step(_Value):
    """One question. A number or a date lies between `least` and `most`, both included; dates are written ISO 8601."""

    key: Slug
    kind: Literal["choice", "number", "date"] = "choice"
    question: _Said
    help: _Line = ""
    choices: Annotated[tuple[Choice, ...], Field(max_length=MAX_CHOICES)] = ()
    unit: Annotated[_Line, Field(max_length=40)] = ""
    least: _Measure | None = None
    most: _Measure | None = None
    unsure: bool = True

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Step:
        if self.kind == "choice":
            if len(self.choices) < 2:  # noqa: PLR2004 - one choice is no question
                raise ValueError("a step with choices needs at least two of them")
            if self.least is not None or self.most is not None:
                raise ValueError("least and most belong to numbers and dates")
        elif self.choices:
            raise ValueError(f"a step of kind {self.kind} has no choices")
        for bound in (self.least, self.most):
            if bound is not None:
                self.measure(bound)
        return self

    def measure(self, written: str) -> Decimal:
        """Return a number, or a date as its ordinal day. Raises ValueError when it is none."""
        if self.kind == "date":
            return Decimal(date.fromisoformat(written).toordinal())
        try:
            measured = Decimal(written)
        except ArithmeticError:
            raise ValueError(f"{written!r} is not a number") from None
        if not measured.is_finite():
            raise ValueError(f"{written!r} is not a number")
        return measured

    def choice(self, key: str) -> Choice | None:
        """Return the choice of that key."""
        return next((choice for choice in self.choices if choice.key == key), None)


class Is(_Value):
    """The answer is that choice."""

    kind: Literal["is"]
    step: Slug
    choice: Slug


class OneOf(_Value):
    """The answer is one of those choices."""

    kind: Literal["one_of"]
    step: Slug
    choices: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Reaches(_Value):
    """The number or date is not below that one."""

    kind: Literal["at_least"]
    step: Slug
    value: _Measure


class All(_Value):
    """Every part holds."""

    kind: Literal["all"]
    of: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Any(_Value):
    """Some part holds."""

    kind: Literal["any"]
    of: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Not(_Value):
    """The part does not hold."""

    kind: Literal["not"]
    of: Condition


Condition: TypeAlias = Annotated[Is | OneOf | Reaches | All | Any | Not, Field(discriminator="kind")]
"""What a rule asks of the answers; three-valued, because "I am not sure" is an answer."""

for _made in (All, Any, Not):
    _made.model_rebuild()


class Rule(_Value):
    """A clause and what follows from it. Rules are read in their order; the first that holds decides.

    `quote` is the exact sentence of the article (its key) that says so; a rule that sends people to staff may go
    without. `confirm`: what staff still have to confirm, one sentence each.
    """

    when: Condition
    ruling: RulingKind
    clause: _Line = ""
    quote: _Text = ""
    article: Annotated[_Line, Field(max_length=120)] = ""
    confirm: tuple[_Said, ...] = ()


class OutcomeTexts(_Value):
    """What is said first for each kind of ruling."""

    may_qualify: _Text
    not_covered: _Text
    ask_staff: _Text


class Guide(_Value):
    """An eligibility dialogue. `otherwise`: what staff confirm when no rule decides. `wordings`: ways to ask for it."""

    key: Slug
    title: _Said
    short_title: Annotated[_Line, Field(max_length=SHORT_TITLE)] = ""
    wordings: tuple[_Said, ...] = ()
    intro: _Text = ""
    article: Annotated[_Line, Field(max_length=120)] = ""
    as_of: date | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MAX_STEPS)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=50)]
    otherwise: tuple[_Said, ...] = ()
    outcomes: OutcomeTexts
    contact: _Text = ""

    def step(self, key: str) -> Step | None:
        """Return the step of that key."""
        return next((step for step in self.steps if step.key == key), None)

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield (place, text) of everything the citizen may read."""
        yield from (("title", self.title), ("short_title", self.short_title))
        yield from (("intro", self.intro), ("contact", self.contact))
        yield from (("outcomes", text) for text in self.outcomes.model_dump().values())
        yield from (("otherwise", text) for text in self.otherwise)
        for step in self.steps:
            place = f"step {step.key}"
            yield from ((place, text) for text in (step.question, step.help, step.unit))
            for choice in step.choices:
                yield from ((place, text) for text in (choice.label, choice.short_title))
        for number, rule in enumerate(self.rules, 1):
            place = f"rule {number}"
            yield from ((place, text) for text in (rule.clause, rule.quote, *rule.confirm))

    def article_of(self, rule: Rule) -> str:
        """Return the key of the article that a rule rests on."""
        return rule.article or self.article


def atoms(condition: Condition) -> Iterator[Is | OneOf | Reaches]:
    """Yield the parts of a condition that look at one answer."""
    if isinstance(condition, Is | OneOf | Reaches):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.of)
    else:
        for part in condition.of:
            yield from atoms(part)
