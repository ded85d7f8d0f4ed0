"""Writing an entry: the form, what it would look like on each channel, unsaved words, and merging with others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.entry_forms import (
    FIELDS,
    aspect_boxes,
    button_rows,
    decided,
    fields_of,
    read,
    related_rows,
    uncovered_questions,
    unmet,
)
from admin.forms import Form
from admin.naming import staff_names
from admin.previewing import Preview, previews
from admin.wording import say
from bot.handlers.composing import Office
from knowledge import drafts, editing, workflow
from knowledge.diffing import merge_fields, texts_of
from knowledge.history import StoredEntry, load_entry
from knowledge.keys import new_key
from knowledge.listing import list_articles, list_names, list_topics
from knowledge.schema import EntryItem, KnowledgeFile, snapshot_of
from runtime.clock import vietnam_date
from runtime.database import Session
from runtime.errors import EditConflict, KnowledgeError

AT_WORK = timedelta(minutes=10)  # an autosave this recent: somebody is writing
_UNNAMED = "moi"  # stands for the key of an entry that has none yet


async def new(request: web.Request) -> web.Response:
    """Show an empty form, or what this person began; `?question=` fills the question in."""
    async with console(request).db.reading() as session:
        kept = await drafts.load(session, drafts.NEW, author=staff_of(request).login)
    if kept is None or request.query.get("question"):
        return await _editor(request, fields=fields_of(request.query))
    return await _editor(request, fields=kept.fields, kept=kept)


async def edit(request: web.Request) -> web.Response:
    """Show the latest revision of an entry, or what this person began after it; `?variant=` adds a way to ask."""
    key, login = request.query.get("key", ""), staff_of(request).login
    async with console(request).db.reading() as session:
        stored = await _found(session, key)
        kept = await drafts.load(session, key, author=login)
    fields = dict(kept.fields) if kept else texts_of(stored.item)
    if variant := request.query.get("variant"):
        fields["variants"] = f"{fields['variants']}\n{variant}".strip()
    return await _editor(request, fields=fields, stored=stored, base=kept.base if kept else None, kept=kept)


async def save(request: web.Request) -> web.Response:
    """Keep the form as a new revision; `act` may ask to look first, or to submit it at once."""
    form = await form_of(request)
    key, base = form.text("key"), form.integer("base") or 0
    posted, undecided = decided(form.typed())
    fields = fields_of(posted)
    written = read(key or _UNNAMED, fields)
    async with console(request).db.reading() as session:
        problems = await unmet(session, fields) | written.problems | undecided
    if form.text("act") == "submit" and not (fields["answer"].strip() or fields["answer_full"].strip()):
        problems.setdefault("answer", say("entries.problem.no_answer"))
    if problems or form.text("act") == "look":
        stored = await _stored_or_none(request, key)
        status = 422 if problems else 200
        return await _editor(request, fields=fields, stored=stored, base=base, problems=problems, status=status)
    try:
        return await _saved(request, form, key, written.item, base)
    except EditConflict:
        return await _conflict(request, key, base, fields)


async def preview(request: web.Request) -> web.Response:
    """Return how the form would be answered with on each channel: a part of the page."""
    form = await form_of(request)
    async with console(request).db.reading() as session:
        shown = await _previews(request, session, form.text("key"), fields_of(form.typed()))
    return render(request, "entries/preview.html", previews=shown)


async def names(request: web.Request) -> web.Response:
    """Return the entries that a field may name: options by key, with their questions."""
    async with console(request).db.reading() as session:
        named = await list_names(session)
    return render(request, "entries/names.html", named=named)


async def keep_draft(request: web.Request) -> web.Response:
    """Keep the form as it stands, unsaved: a part of the page says when."""
    form, ports = await form_of(request), console(request)
    now = ports.clock.now()
    async with ports.db.transaction() as session:
        is_kept = await drafts.keep(
            session, form.text("key"), author=staff_of(request).login, base=form.integer("base") or 0,
            fields=fields_of(form.typed()), now=now,
        )  # fmt: skip
    return render(request, "entries/kept.html", status=200 if is_kept else 409, saved_at=now if is_kept else None)


async def drop_draft(request: web.Request) -> web.Response:
    """Forget what was not saved, and show what is."""
    key = (await form_of(request)).text("key")
    async with console(request).db.transaction() as session:
        await drafts.drop(session, key, author=staff_of(request).login)
    target = {"key": key} if key else {}
    return see_other(request, "entries.edit" if key else "entries.new", flash=say("entries.draft_dropped"), **target)


async def _saved(request: web.Request, form: Form, key: str, item: EntryItem, base: int) -> web.Response:
    ports, login = console(request), staff_of(request).login
    now = ports.clock.now()
    async with ports.db.transaction() as session:
        await editing.lock(session)
        name = key or await new_key(session, item.question)
        item = item.model_copy(update={"key": name})
        stored = await load_entry(session, key) if key else None
        is_same = stored is not None and stored.item == item
        is_spoken = is_same and stored is not None and not stored.has_unpublished
        number = base
        if not is_same:
            number = await editing.revise(session, item, now=now, note=form.text("note"), author=login, base=base)
            await note(request, session, "entries.save", f"entry:{name}", after={"revision": number})
        await drafts.drop(session, key, author=login)
        if form.text("act") == "submit" and not is_spoken:
            await workflow.submit(session, name, number=number, by=login, now=now)
            await note(request, session, "entries.submit", f"entry:{name}", after={"revision": number})
            return see_other(request, "entries.review", key=name, flash=say("entries.submitted", number=number))
    told = "unchanged" if is_same else "saved" if key else "created"
    return see_other(request, "entries.edit", key=name, flash=say(f"entries.{told}", number=number))


async def _conflict(request: web.Request, key: str, base: int, mine: Mapping[str, str]) -> web.Response:
    """Show what both changed, field by field, with a proposal to save; where they collide, one has to be chosen.

    What this person wrote is kept as unsaved: whoever leaves the page finds it in the form again.
    """
    ports = console(request)
    async with ports.db.transaction() as session:
        await drafts.keep(session, key, author=staff_of(request).login, base=base, fields=mine, now=ports.clock.now())
    async with ports.db.reading() as session:
        theirs = await load_entry(session, key)
        before = texts_of((await load_entry(session, key, base)).item)
        names = await staff_names(session)
    saved = texts_of(theirs.item)
    merges = merge_fields(before, dict(mine), saved)
    untouched = {name: mine[name] for name in FIELDS if name not in {merge.name for merge in merges}}
    return render(
        request,
        "entries/conflict.html",
        status=409,
        key=key,
        theirs=theirs,
        merges=merges,
        untouched=untouched,
        mine=mine,
        saved=saved,
        names=names,
    )


async def _editor(
    request: web.Request,
    *,
    fields: Mapping[str, str],
    stored: StoredEntry | None = None,
    base: int | None = None,
    problems: Mapping[str, str] | None = None,
    kept: drafts.SavedDraft | None = None,
    status: int = 200,
) -> web.Response:
    key, ports = stored.item.key if stored else "", console(request)
    async with ports.db.reading() as session:
        values: dict[str, Any] = {
            "topics": await list_topics(session),
            "names": await staff_names(session),
            "articles": await list_articles(session),
            "previews": await _previews(request, session, key, fields),
            "others": await drafts.others_at_work(
                session, key, but=staff_of(request).login, since=ports.clock.now() - AT_WORK
            ) if key else [],
        }  # fmt: skip
    latest = stored.latest if stored else 0
    return render(
        request, "entries/edit.html", status=status, key=key, fields=fields, stored=stored, problems=problems or {},
        kept=kept, base=latest if base is None else base, buttons=button_rows(fields["buttons"]),
        related=related_rows(fields["related"]), aspects=aspect_boxes(fields["not_covered"]),
        uncovered_questions=uncovered_questions(fields["not_covered"]), **values,
    )  # fmt: skip


async def _previews(request: web.Request, session: Session, key: str, fields: Mapping[str, str]) -> tuple[Preview, ...]:
    """Return the previews of whatever can be read of the form; none without a question and an answer."""
    ports = console(request)
    written = read(key or _UNNAMED, fields)
    if not written.is_shown:
        return ()
    item = written.item
    articles = await list_articles(session, key=item.article) if item.article else ()
    entry = snapshot_of(KnowledgeFile(articles=articles, entries=(item,))).entries[item.key]
    return previews(
        entry, ports.feed.current.snapshot, on=vietnam_date(ports.clock.now()),
        office=Office(**ports.settings.contact.model_dump()), renderers=ports.renderers,
    )  # fmt: skip


async def _found(session: Session, key: str) -> StoredEntry:
    try:
        return await load_entry(session, key)
    except KnowledgeError:
        raise web.HTTPNotFound from None


async def _stored_or_none(request: web.Request, key: str) -> StoredEntry | None:
    async with console(request).db.reading() as session:
        return await _found(session, key) if key else None
