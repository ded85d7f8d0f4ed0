"""Trying a guide as a citizen would, with what each channel shows. Nothing is stored: the answers stand in links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from admin.console import console, render
from admin.page import Action, Permission
from admin.pages.guide_showing import guide_page
from admin.previewing import previews_of
from bot.handlers.composing import Office
from bot.handlers.guides import prompt_reply, ruling_reply, slip_of, spoken_answer
from bot.handlers.hearing import hear
from bot.messages import Reply
from bot.phrases import phrase
from knowledge.eligibility.checking import BREAKS_DIAGRAM, Flaw, check
from knowledge.eligibility.engine import Cancelled, Command, Given, Prompt, Ruling, Run, advance
from knowledge.eligibility.model import UNSURE, Guide, Step
from knowledge.schema import GuideItem
from knowledge.snapshot import PublishedGuide, Snapshot

_SEPARATOR = ":"


_CANNOT_BE_TRIED = BREAKS_DIAGRAM | {Flaw.TOO_LARGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer so far. `before`: the answers before it, as a link takes them."""

    question: str
    answer: str
    before: tuple[str, ...]


async def show(request: web.Request) -> web.Response:
    """Show the next question, or the ruling, of the version that was saved last."""
    page = await guide_page(request)
    is_part = request.headers.get("HX-Request") == "true"
    if any(problem.flaw in _CANNOT_BE_TRIED for problem in check(page.item, {})):
        return render(
            request, "guides/trial_not.html" if is_part else "guides/try_not.html", page=page, guide=page.item
        )
    run, said = _run(page.item, request.query.getall("a", [])), request.query.get("said", "").strip()
    led = advance(page.item, run, Command.BEGIN)
    heard = hear(led.step, said) if said and isinstance(led, Prompt) else None
    if heard is not None and len(heard.values) == 1 and isinstance(led, Prompt):
        run = _run(page.item, [*map(_written, run.answers), f"{led.step.key}{_SEPARATOR}{heard.values[0]}"])
        said, led = "", advance(page.item, run, Command.BEGIN)
    assert not isinstance(led, Cancelled)
    reply = _reply(request, page.item, led)
    return render(
        request,
        "guides/trial.html" if is_part else "guides/try.html",
        lost=said,
        page=page,
        guide=page.item,
        step=led.step if isinstance(led, Prompt) else None,
        ruling=led if isinstance(led, Ruling) else None,
        unsure=(UNSURE, phrase("guide.unsure")),
        answered=_answered(page.item, run),
        given=tuple(_written(given) for given in run.answers),
        skipped=_skipped(page.item, run) if isinstance(led, Ruling) else (),
        previews=previews_of(reply, console(request).renderers),
    )


def _run(guide: Guide, written: Sequence[str]) -> Run:
    """Return the run of the answers in a link; ones that the guide does not know (any more) are left out."""
    run = Run(guide=guide.key)
    for text in written:
        step, _, value = text.partition(_SEPARATOR)
        try:
            led = advance(guide, run, Given(step=step, value=value.strip()))
        except ValueError:
            continue
        if not isinstance(led, Cancelled):
            run = led.run
    return run


def _reply(request: web.Request, guide: GuideItem, led: Prompt | Ruling) -> Reply:
    ports = console(request)
    if isinstance(led, Prompt):
        return prompt_reply(guide, led.step)
    office = Office(**ports.settings.contact.model_dump())
    published = _published(guide, ports.feed.current.snapshot)
    return ruling_reply(guide, slip_of(published, led, office=office), office=office)


def _published(guide: GuideItem, snapshot: Snapshot) -> PublishedGuide:
    return PublishedGuide(guide=guide, articles=snapshot.articles)


def _answered(guide: Guide, run: Run) -> list[Answered]:
    written = tuple(_written(given) for given in run.answers)
    steps = ((at, guide.step(given.step), given.value) for at, given in enumerate(run.answers))
    return [
        Answered(question=step.question, answer=spoken_answer(step, value), before=written[:at])
        for at, step, value in steps
        if step is not None
    ]


def _skipped(guide: Guide, run: Run) -> tuple[Step, ...]:
    return tuple(step for step in guide.steps if step.key not in run.values)


def _written(given: Given) -> str:
    return f"{given.step}{_SEPARATOR}{given.value}"


_VIEW = Permission.GUIDES_VIEW
ACTIONS = (Action(method="GET", path="/admin/guides/{key}/try", handler=show, permission=_VIEW, name="guides.trial"),)
