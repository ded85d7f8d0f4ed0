"""What an eligibility guide says: the next question with its choices, and the ruling as text and as a slip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.handlers.composing import GUIDE_PREFIX, PERSON, Office, opening_of
from bot.layout import paragraphs
from bot.messages import Choice, Reply, Slip, Source
from bot.phrases import phrase
from knowledge.eligibility.engine import Command, Given, Ruling
from knowledge.eligibility.model import UNSURE, Guide, Rule, RulingKind, Step
from knowledge.links import source_url
from knowledge.snapshot import Citation, PublishedGuide, Snapshot

_SEPARATOR = ":"


def payload_of(guide: str, said: Given | Command = Command.BEGIN) -> str:
    """Return what stands behind a button: `#guide:KEY`, `#guide:KEY:STEP:VALUE` or `#guide:KEY:!COMMAND`."""
    if isinstance(said, Given):
        return _SEPARATOR.join((f"{GUIDE_PREFIX}{guide}", said.step, said.value))
    return f"{GUIDE_PREFIX}{guide}" + ("" if said is Command.BEGIN else f"{_SEPARATOR}!{said.value}")


def read_payload(payload: str) -> tuple[str, Given | Command] | None:
    """Return the guide and what is said in it; None for a payload of another kind."""
    if not payload.startswith(GUIDE_PREFIX):
        return None
    guide, *rest = payload.removeprefix(GUIDE_PREFIX).split(_SEPARATOR, 2)
    if len(rest) == 1 and rest[0].removeprefix("!") in set(Command):
        return guide, Command(rest[0].removeprefix("!"))
    return (guide, Given(step=rest[0], value=rest[1])) if len(rest) > 1 else (guide, Command.BEGIN)


def openings(snapshot: Snapshot) -> tuple[Choice, ...]:
    """Return the choices that begin each guide."""
    return tuple(opening_of(each.guide) for each in snapshot.guides.values())


def question_of(step: Step) -> str:
    """Return a question with its help, unit and bounds."""
    if step.kind == "choice":
        return paragraphs(step.question, step.help)
    wanted = [phrase(f"guide.{step.kind}_wanted")]
    if step.unit:
        wanted.append(phrase("guide.unit", unit=step.unit))
    if bounds := _bounds(step):
        wanted.append(phrase("guide.bounds", bounds=bounds))
    if step.unsure:
        wanted.append(phrase("guide.unsure_hint"))
    return paragraphs(step.question, step.help, " ".join(wanted))


def choices_of(guide: Guide, step: Step, only: Sequence[str] = ()) -> tuple[Choice, ...]:
    """Return the choices of a step, `only` some of them when named, and "I am not sure".

    A number or date has none: in a menu of one choice, "1" would pick it instead of being the answer.
    """
    offered = [choice for choice in step.choices if not only or choice.key in only]
    given = [
        Choice(
            title=choice.label,
            short_title=choice.short_title,
            payload=payload_of(guide.key, Given(step=step.key, value=choice.key)),
        )
        for choice in offered
    ]
    if step.unsure and given:
        unsure = Given(step=step.key, value=UNSURE)
        given.append(Choice(title=phrase("guide.unsure"), payload=payload_of(guide.key, unsure)))
    return tuple(given)


def prompt_reply(guide: Guide, step: Step, *before: str, only: Sequence[str] = ()) -> Reply:
    """Return the question of a step below what is said `before` it."""
    return Reply(text=paragraphs(*before, question_of(step)), choices=choices_of(guide, step, only))


def spoken_answer(step: Step, value: str) -> str:
    """Return an answer as people read it."""
    if value == UNSURE:
        return phrase("guide.unsure")
    if step.kind == "choice":
        choice = step.choice(value)
        return choice.label if choice is not None else value
    if step.kind == "date":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return f"{_number(value)} {step.unit}".strip()


def slip_of(published: PublishedGuide, ruling: Ruling, *, office: Office) -> Slip:
    """Return the ruling with everything it rests on."""
    guide, rule = published.guide, ruling.rule
    steps = ((guide.step(given.step), given.value) for given in ruling.run.answers)
    unsure = (phrase("guide.confirm_unsure", question=step.question) for step in ruling.unsure)
    return Slip(
        title=guide.title,
        verdict=ruling.kind.value,
        outcome=getattr(guide.outcomes, ruling.kind.value),
        answers=tuple((step.question, spoken_answer(step, value)) for step, value in steps if step is not None),
        clause=rule.clause if rule else "",
        is_open=ruling.is_unclear,
        source=_source_of(published, rule),
        as_of=guide.as_of,
        confirm=(*unsure, *ruling.confirm),
        following=" ".join(filter(None, (guide.contact, office.offer()))),
    )


def ruling_reply(guide: Guide, slip: Slip, *before: str, office: Office) -> Reply:
    """Return a ruling as plain text with its source; where staff have something to confirm, a person is offered."""
    again = Choice(
        title=phrase("guide.again"),
        short_title=phrase("guide.again_short"),
        payload=payload_of(guide.key, Command.RESTART),
    )
    person = Choice(title=phrase("guide.person"), short_title=phrase("guide.person"), payload=PERSON)
    return Reply(
        text=paragraphs(*before, slip_text(slip)),
        source=slip.source,
        choices=(again,) if slip.verdict == RulingKind.NOT_COVERED else (person, again),
        links=office.links(),
    )


def slip_text(slip: Slip) -> str:
    """Return a slip as plain text."""
    answers = [phrase("guide.answer_line", question=question, answer=answer) for question, answer in slip.answers]
    confirm = [phrase("guide.confirm_line", line=line) for line in slip.confirm]
    quote = slip.source.quote if slip.source else ""
    clause = phrase("guide.clause_open" if slip.is_open else "guide.clause", clause=slip.clause) if slip.clause else ""
    return paragraphs(
        f"{phrase(f'guide.{slip.verdict}')}\n{slip.outcome}",
        "\n".join((phrase("guide.answered"), *answers)) if answers else "",
        "\n".join(filter(None, (clause, phrase("guide.quote", quote=quote) if quote else ""))),
        phrase("guide.as_of", date=f"{slip.as_of:%d/%m/%Y}") if slip.as_of else "",
        "\n".join((phrase("guide.confirm"), *confirm)) if confirm else "",
        f"{phrase('guide.next')}\n{slip.following}" if slip.following else "",
    )


def _source_of(published: PublishedGuide, rule: Rule | None) -> Source | None:
    """Return the sentence that decided; where none did, the article that leaves the case open."""
    guide, quote = published.guide, rule.quote if rule else ""
    article = published.articles.get(guide.article_of(rule) if rule else guide.article)
    if article is None:
        return None
    url = source_url(Citation(article=article, quote=quote))
    return Source(title=article.title, url=url, published_on=article.published_on, quote=quote)


def _bounds(step: Step) -> str:
    least = phrase("guide.at_least", least=spoken_answer(step, step.least)) if step.least is not None else ""
    most = phrase("guide.at_most", most=spoken_answer(step, step.most)) if step.most is not None else ""
    return " ".join(filter(None, (least, most)))


def _number(value: str) -> str:
    """Return a number as Vietnamese write it: 1.000.000,5."""
    whole, _, part = f"{Decimal(value):,f}".partition(".")
    return whole.replace(",", ".") + (f",{part}" if part else "")
