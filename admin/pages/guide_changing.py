"""Writing a guide: the form, and the text editor for whoever knows YAML. Both check in Vietnamese before they save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from aiohttp import web

from admin.console import console, form_of, note, render, see_other
from admin.forms import Form
from admin.guide_conflict import merged, writers_since
from admin.guide_form import Draft, draft_from, draft_of, fields_of, with_blanks
from admin.merging import told
from admin.page import Action, Permission
from admin.pages.guide_showing import guide_page, overtaken, picture_values
from admin.wording import say
from knowledge.eligibility.checking import Problem
from knowledge.guide_editing import check_guide, revise_guide
from knowledge.guide_file import Fault, InvalidGuide, guide_of, read_guide, text_of
from knowledge.guide_store import GuidePage, find_guide, guide_history
from knowledge.schema import GuideItem
from runtime.errors import EditConflict

_MOST_NAMED = 10
_MOST_VERSIONS = 500
_LONGEST_NOTE = 500  # characters
_LONGEST = 256 * 1024  # bytes of a posted guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in an editor beside the guide itself. `base`: the version that it began with."""

    base: int
    note: str = ""

    @classmethod
    def of(cls, form: Form) -> Typed:
        """Return what was posted."""
        return cls(base=form.integer("number") or 0, note=form.text("note"))


class Refusal(TypedDict, total=False):
    """Why something was not saved: its faults, or what others did meanwhile."""

    faults: Sequence[str]
    conflict: Mapping[str, object]
    status: int


async def show_new(request: web.Request) -> web.Response:
    """Ask for the key and the title of a new guide."""
    return render(request, "guides/new.html", typed={"key": "", "title": ""}, faults=())


async def create(request: web.Request) -> web.Response:
    """Begin a guide as a draft with one question, to be written in the editor."""
    form, ports = await form_of(request), console(request)
    typed = {"key": form.text("key"), "title": form.text("title")}
    try:
        item = guide_of(_skeleton(typed))
    except InvalidGuide as invalid:
        return render(request, "guides/new.html", typed=typed, faults=_said(invalid.faults), status=422)
    async with ports.db.transaction() as session:
        is_taken = await find_guide(session, item.key) is not None
        if not is_taken:
            await revise_guide(session, item, now=ports.clock.now(), note=say("guides.created_note"))
            await note(request, session, "guides.create", f"guide:{item.key}")
    if is_taken:
        return render(request, "guides/new.html", typed=typed, faults=(say("guides.taken"),), status=422)
    return see_other(request, "guides.edit", key=item.key)


async def edit(request: web.Request) -> web.Response:
    """Show the form of a guide, with what is wrong and how it would be asked."""
    page = await guide_page(request)
    return await _form(request, page, draft_of(page.item), Typed(base=page.number))


async def save(request: web.Request) -> web.Response:
    """Save the form as a new version; what is in use stays until it is published."""
    page, form = await guide_page(request), await form_of(request)
    draft, typed = draft_from(form) | {"key": page.item.key}, Typed.of(form)
    try:
        item = guide_of(fields_of(draft))
        await _save(request, item, typed)
    except InvalidGuide as invalid:
        return await _form(request, page, draft, typed, faults=_said(invalid.faults), status=422)
    except EditConflict:
        page, both, conflict = await _conflict(request, item, typed)
        return await _form(request, page, both, replace(typed, base=page.number), conflict=conflict, status=409)
    return see_other(request, "guides.edit", flash=say("guides.saved"), key=item.key)


async def edit_text(request: web.Request) -> web.Response:
    """Show a guide as YAML."""
    page = await guide_page(request)
    return _text(request, page, text_of(page.item), Typed(base=page.number))


async def save_text(request: web.Request) -> web.Response:
    """Save YAML as a new version."""
    page, form = await guide_page(request), await form_of(request)
    text, typed = form.raw("text"), Typed.of(form)
    try:
        item = read_guide(text)
        if item.key != page.item.key:
            said = say("guides.other_key", guide=page.item.key)
            return _text(request, page, text, typed, faults=(said,), status=422)
        await _save(request, item, typed)
    except InvalidGuide as invalid:
        return _text(request, page, text, typed, faults=_said(invalid.faults), status=422)
    except EditConflict:
        page, both, conflict = await _conflict(request, item, typed)
        try:
            text, typed = text_of(guide_of(fields_of(both))), replace(typed, base=page.number)
            faults: Sequence[str] = ()
        except InvalidGuide as invalid:  # too many steps together, say: this person's text stays, to be made shorter
            faults = _said(invalid.faults)
        return _text(request, page, text, typed, conflict=conflict, faults=faults, status=409)
    return see_other(request, "guides.text", flash=say("guides.saved"), key=item.key)


async def restore(request: web.Request) -> web.Response:
    """Take an earlier version up again as a new draft, unless somebody else saved one meanwhile."""
    page, form, ports = await guide_page(request), await form_of(request), console(request)
    latest = form.integer("latest") or 0
    try:
        async with ports.db.transaction() as session:
            history = await guide_history(session, page.item.key, limit=_MOST_VERSIONS)
            earlier = next((change for change in history if change.number == form.integer("number")), None)
            if earlier is None:
                raise web.HTTPNotFound
            words = say("guides.restored_note", number=earlier.number)
            number = await revise_guide(session, earlier.item, now=ports.clock.now(), note=words, after=latest)
            after = {"revision": number, "from": earlier.number}
            await note(request, session, "guides.restore", f"guide:{page.item.key}", after=after)
    except EditConflict:
        return await overtaken(request, latest, said="overtaken_restoring")
    return see_other(request, "guides.show", flash=say("guides.restored", number=earlier.number), key=page.item.key)


async def _save(request: web.Request, item: GuideItem, typed: Typed) -> None:
    """Save a guide as the version after the one that the form began with. Raises EditConflict."""
    ports, words = console(request), typed.note[:_LONGEST_NOTE]
    async with ports.db.transaction() as session:
        number = await revise_guide(session, item, now=ports.clock.now(), note=words, after=typed.base)
        await note(request, session, "guides.save", f"guide:{item.key}", after={"revision": number})


async def _conflict(
    request: web.Request, mine: GuideItem, typed: Typed
) -> tuple[GuidePage, Draft, Mapping[str, object]]:
    """Return the guide as others left it, a draft with the changes of both, and what is told of theirs.

    Raises HTTPNotFound for a form that began with no known version.
    """
    page = await guide_page(request)
    async with console(request).db.reading() as session:
        history = await guide_history(session, mine.key, limit=max(page.number - typed.base + 1, 1))
        before = next((change.item for change in history if change.number == typed.base), None)
        if before is None:
            raise web.HTTPNotFound
        who = await writers_since(session, mine.key, typed.base)
    both = merged(before, mine, page.item)
    return page, both.draft, told(history, typed.base, who=who, changes=both.changes)


async def _form(
    request: web.Request, page: GuidePage, draft: Draft, typed: Typed, **refusal: Unpack[Refusal]
) -> web.Response:
    ports = console(request)
    async with ports.db.reading() as session:
        problems: Sequence[Problem] = await check_guide(session, page.item)
    articles = [(article.key, article.title) for article in ports.feed.current.snapshot.articles.values()]
    shown = {"draft": with_blanks(draft), "articles": articles, "problems": problems}
    return _editor(request, "guides/edit.html", page, typed, refusal, **shown, **picture_values(page.item, problems))


def _text(request: web.Request, page: GuidePage, text: str, typed: Typed, **refusal: Unpack[Refusal]) -> web.Response:
    return _editor(request, "guides/text.html", page, typed, refusal, text=text)


def _editor(
    request: web.Request, template: str, page: GuidePage, typed: Typed, refusal: Refusal, **shown: Any
) -> web.Response:
    """Show the form or the text with what both say of a guide."""
    told: dict[str, Any] = {"faults": (), "conflict": None, "status": 200, **refusal}
    return render(request, template, page=page, guide=page.item, typed=typed, **shown, **told)


def _said(faults: Sequence[Fault]) -> tuple[str, ...]:
    return tuple(_sentence(fault) for fault in faults[:_MOST_NAMED])


def _sentence(fault: Fault) -> str:
    """Return a fault as staff read it: where it is, and what to do."""
    is_empty = fault.kind in {"too_short", "string_too_short"} and fault.detail == "1"
    try:
        words = say(f"guides.fault.{'missing' if is_empty else fault.kind}", detail=fault.detail)
    except KeyError:
        words = say("guides.fault.other", detail=fault.detail)
    place = ", ".join(_place(fault.place))
    return f"{place[0].upper()}{place[1:]}: {words}" if place else words


def _place(path: Sequence[str | int]) -> list[str]:
    names: list[str] = []
    for part in path:
        if isinstance(part, int) and names:
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(_field(str(part)))
    return names


def _field(name: str) -> str:
    try:
        return say(f"guides.field.{name}")
    except KeyError:
        return name


def _skeleton(typed: Mapping[str, str]) -> dict[str, Any]:
    choices = [{"key": "co", "label": say("guides.skeleton.yes")}, {"key": "khong", "label": say("guides.skeleton.no")}]
    return {
        **typed,
        "steps": [{"key": "cau-1", "question": say("guides.skeleton.question"), "choices": choices}],
        "rules": [{"when": {"kind": "is", "step": "cau-1", "choice": "co"}, "ruling": "may_qualify"}],
        "outcomes": {name: say(f"guides.skeleton.{name}") for name in ("may_qualify", "not_covered", "ask_staff")},
        "otherwise": [say("guides.skeleton.otherwise")],
    }


_EDIT = Permission.GUIDES_EDIT
ACTIONS = (
    Action(method="GET", path="/admin/guides/new", handler=show_new, permission=_EDIT, name="guides.new"),
    Action(method="POST", path="/admin/guides/new", handler=create, permission=_EDIT, name="guides.create"),
    Action(method="GET", path="/admin/guides/{key}/edit", handler=edit, permission=_EDIT, name="guides.edit"),
    Action(
        method="POST", path="/admin/guides/{key}/edit", handler=save, permission=_EDIT, name="guides.save",
        body=_LONGEST,
    ),
    Action(method="GET", path="/admin/guides/{key}/text", handler=edit_text, permission=_EDIT, name="guides.text"),
    Action(
        method="POST", path="/admin/guides/{key}/text", handler=save_text, permission=_EDIT, name="guides.save_text",
        body=_LONGEST,
    ),
    Action(
        method="POST", path="/admin/guides/{key}/restore", handler=restore, permission=_EDIT, name="guides.restore"
    ),
)  # fmt: skip
