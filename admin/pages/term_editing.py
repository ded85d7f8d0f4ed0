"""Writing a term: the form, what it makes of a question, saving it beside others who save, and ending its use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.naming import staff_names
from admin.rendering import day
from admin.term_forms import BASE, EMPTY, changed, checked_of, fields_of, item_of, merged, texts_of, weights
from admin.term_trial import Trial, replies_changed, try_term
from admin.wording import say
from knowledge import editing
from knowledge.behaviour import Report
from knowledge.matching.taught import other_senses
from knowledge.schema import TermItem, TermKind
from knowledge.term_listing import Standing, standing_of, term_of, used_on
from knowledge.terms import StoredTerm, TermExists, TermGone, add_term, change_term, drop_term, find_term, stored_terms
from runtime.clock import vietnam_date
from runtime.database import Session
from runtime.errors import EditConflict, KnowledgeError

_DAY = timedelta(days=1)


async def new(request: web.Request) -> web.Response:
    """Show an empty form; `?term=` and `?meaning=` fill fields in."""
    given = {name: request.query[name] for name in ("term", "meaning") if name in request.query}
    return await _editor(request, fields={**EMPTY, **given})


async def edit(request: web.Request) -> web.Response:
    """Show one term."""
    stored = await _found(request)
    return await _editor(request, fields=texts_of(stored.item), stored=stored)


async def save(request: web.Request) -> web.Response:
    """Add a term or change it; `act` may ask to look first."""
    form = await form_of(request)
    number, fields = _id_of(form.text("id")), fields_of(form.typed())
    base, sample = fields_of(form.typed(), BASE), form.text("sample")
    item, problems = item_of(fields)
    stored = await _stored_or_none(request, number)
    again = partial(_editor, request, fields=fields, stored=stored, base=base, sample=sample)
    if item is None:
        return await again(problems=problems, status=422)
    report, is_look = await _report(request, item, stored), form.text("act") == "look"
    reason = form.text("reason") if form.text("checked") == checked_of(fields) else ""
    if is_look or (report.blocking and not reason):
        return await again(report=report, notice="" if is_look else say("terms.lost"), status=200 if is_look else 422)
    try:
        await _saved(request, item, number, base, lost=len(report.blocking), reason=reason)
    except (EditConflict, TermGone):
        return await _conflict(request, number, base, fields, sample)
    except TermExists as error:
        return await again(problems={"term": say("terms.problem.exists")}, same=error.id, status=422)
    except KnowledgeError:
        return await again(notice=say("terms.full"), status=422)
    await console(request).feed.refresh()
    flash, tone = await _told(request, item)
    return see_other(request, "terms.list", flash=flash, tone=tone)


async def preview(request: web.Request) -> web.Response:
    """Return what the term in the form would make of a question: a part of the page."""
    form = await form_of(request)
    fields, number = fields_of(form.typed()), _id_of(form.text("id"))
    async with console(request).db.reading() as session:
        trial = await _trial(request, session, fields, number, form.text("sample"))
    return render(request, "terms/preview.html", trial=trial)


async def retire(request: web.Request) -> web.Response:
    """Let yesterday be the last day of a term: it is kept, and no longer used."""
    form, ports = await form_of(request), console(request)
    number, now = _id_of(form.text("id")), ports.clock.now()
    try:
        async with ports.db.transaction() as session:
            await editing.lock(session)
            stored = await _unchanged(session, number, fields_of(form.typed(), BASE))
            ended = stored.item.model_copy(update={"valid_until": vietnam_date(now) - _DAY})
            if not _may_retire(stored.item, request):
                return see_other(request, "terms.edit", flash=say("terms.not_retired"), tone="attention", id=number)
            await change_term(session, number, ended, base=stored.item, now=now, by=staff_of(request).login)
            await _note(request, session, "terms.retire", stored.item, ended)
    except KnowledgeError as error:
        return _refused(request, error, number)
    await ports.feed.refresh()
    return see_other(request, "terms.list", flash=say("terms.retired", term=stored.item.term))


async def remove(request: web.Request) -> web.Response:
    """Take a term out of the lexicon for good."""
    form, ports = await form_of(request), console(request)
    number = _id_of(form.text("id"))
    try:
        async with ports.db.transaction() as session:
            await editing.lock(session)
            stored = await _unchanged(session, number, fields_of(form.typed(), BASE))
            await drop_term(session, number, base=stored.item, now=ports.clock.now())
            gone = {name: text for name, text in texts_of(stored.item).items() if text}
            await note(request, session, "terms.remove", f"term:{stored.item.term}", before=gone)
    except KnowledgeError as error:
        return _refused(request, error, number)
    await ports.feed.refresh()
    return see_other(request, "terms.list", flash=say("terms.removed", term=stored.item.term))


async def _report(request: web.Request, item: TermItem, stored: StoredTerm | None) -> Report:
    """Return what saving a term would change in the replies of today."""
    ports = console(request)
    await ports.feed.refresh()
    async with ports.db.reading() as session:
        on = vietnam_date(ports.clock.now())
        return await replies_changed(session, item, stored, ports.feed.current, on=on)


async def _saved(
    request: web.Request, item: TermItem, number: int, base: Mapping[str, str], *, lost: int, reason: str
) -> None:
    ports, login = console(request), staff_of(request).login
    cost = {"answers_lost": lost, "reason": reason} if lost else {}
    now = ports.clock.now()
    async with ports.db.transaction() as session:
        await editing.lock(session)
        if not number:
            await add_term(session, item, now=now, by=login)
            await _note(request, session, "terms.add", None, item, cost=cost)
            return
        stored = await _unchanged(session, number, base)
        if stored.item != item:
            await change_term(session, number, item, base=stored.item, now=now, by=login)
            await _note(request, session, "terms.change", stored.item, item, cost=cost)


async def _unchanged(session: Session, number: int, base: Mapping[str, str]) -> StoredTerm:
    """Return the term if it is what the form began with. Raises EditConflict, or TermGone."""
    stored = await find_term(session, number)
    if texts_of(stored.item) != dict(base):
        raise EditConflict(f"The term {number} was changed meanwhile.", hint="Look at what changed.")
    return stored


async def _note(
    request: web.Request, session: Session, action: str, before: TermItem | None, after: TermItem,
    *, cost: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    old, now = changed(texts_of(before) if before else dict.fromkeys(EMPTY, ""), texts_of(after))
    old = {name: text for name, text in old.items() if text}
    await note(request, session, action, f"term:{after.term}", before=old or None, after={**now, **(cost or {})})


async def _conflict(
    request: web.Request, number: int, base: Mapping[str, str], mine: Mapping[str, str], sample: str
) -> web.Response:
    """Show the form with both people's changes in it; nothing is lost until somebody decides."""
    theirs = await _stored_or_none(request, number)
    if theirs is None:
        return await _editor(request, fields=mine, sample=sample, notice=say("terms.gone"), status=409)
    both = merged(base, mine, texts_of(theirs.item))
    return await _editor(
        request, fields=both.fields, stored=theirs, clashes=both.clashes, is_merge=True, sample=sample, status=409
    )


async def _editor(
    request: web.Request,
    *,
    fields: Mapping[str, str],
    stored: StoredTerm | None = None,
    base: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    clashes: Mapping[str, str] | None = None,
    is_merge: bool = False,
    report: Report | None = None,
    same: int = 0,
    notice: str = "",
    sample: str = "",
    status: int = 200,
) -> web.Response:
    ports, number = console(request), stored.id if stored else 0
    on = vietnam_date(ports.clock.now())
    async with ports.db.reading() as session:
        trial = await _trial(request, session, fields, number, sample)
        names = await staff_names(session)
    known = texts_of(stored.item) if stored else {}
    questions = {key: entry.question for key, entry in ports.feed.current.snapshot.entries.items()}
    return render(
        request, "terms/edit.html", status=status, fields=fields, stored=stored, problems=problems or {}, same=same,
        report=report, checked=checked_of(fields), questions=questions if report else {},
        clashes=clashes or {}, is_merge=is_merge, notice=notice, sample=sample, trial=trial, names=names,
        base=_prefixed(known if base is None else base), known={"id": number, **_prefixed(known)},
        weights=weights(fields["weight"]),
        kinds=[(kind.value, say(f"terms.kind.{kind}")) for kind in TermKind],
        standing=standing_of(stored.item, on) if stored else None,
        may_retire=stored is not None and _may_retire(stored.item, request),
    )  # fmt: skip


async def _trial(
    request: web.Request, session: Session, fields: Mapping[str, str], number: int, sample: str
) -> Trial | None:
    """Return the term of the form tried on a question; None while it cannot be read."""
    item, _ = item_of(fields)
    if item is None:
        return None
    ports = console(request)
    others = [each for each in await stored_terms(session) if each.id != number]
    return await try_term(item, sample, others, ports.feed.current, on=vietnam_date(ports.clock.now()))


async def _told(request: web.Request, item: TermItem) -> tuple[str, str]:
    """Return what to say of a term that was saved, and in which tone."""
    ports = console(request)
    on = vietnam_date(ports.clock.now())
    standing = standing_of(item, on)
    since = day(item.valid_from) if standing is Standing.COMING else ""
    said = say(f"terms.saved.{standing}", term=item.term, day=since)
    async with ports.db.reading() as session:
        staff = used_on(await stored_terms(session), on)
    meanings = [sense.meaning for sense in other_senses(term_of(item), staff) if sense.meaning]
    if standing is Standing.PAST or not meanings:
        return said, "ok" if standing is Standing.CURRENT else "attention"
    return f"{said} {say('terms.several', term=item.term, meanings=', '.join(meanings))}", "attention"


def _may_retire(item: TermItem, request: web.Request) -> bool:
    """Tell whether a term has been used on a day before today and may still be used."""
    today = vietnam_date(console(request).clock.now())
    has_begun = item.valid_from is None or item.valid_from < today
    return has_begun and (item.valid_until is None or item.valid_until >= today)


def _refused(request: web.Request, error: KnowledgeError, number: int) -> web.Response:
    if isinstance(error, TermGone):
        return see_other(request, "terms.list", flash=say("terms.gone_already"), tone="attention")
    return see_other(request, "terms.edit", flash=say("terms.changed_meanwhile"), tone="attention", id=number)


async def _found(request: web.Request) -> StoredTerm:
    stored = await _stored_or_none(request, _id_of(request.query.get("id", "")))
    if stored is None:
        raise web.HTTPNotFound
    return stored


def _prefixed(fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{BASE}{name}": text for name, text in fields.items()}


def _id_of(text: str) -> int:
    """Return the id of a term; 0, which none has, for what is no number that the database holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - fits 31 bits


async def _stored_or_none(request: web.Request, number: int) -> StoredTerm | None:
    try:
        async with console(request).db.reading() as session:
            return await find_term(session, number)
    except TermGone:
        return None
