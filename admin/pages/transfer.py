"""Import and export: a file is looked at first, row by row; what is taken becomes drafts or waits for approval."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Mapping

from aiohttp import web

from admin import uploads
from admin.console import console, form_of, note, render, see_other, session_of, staff_of
from admin.explaining import explain, field_of, place_of
from admin.forms import Form
from admin.page import Action, Page, Permission
from admin.wording import say
from knowledge import filing, taking, transfer
from knowledge.parsing import NothingUsable
from knowledge.review import write_review
from knowledge.schema import KnowledgeFile
from knowledge.taking import Choice, Fate
from runtime.clock import vietnam_date
from runtime.errors import KnowledgeError

MOST_ROWS = 2_000  # entries of one file on one page
_CHOICE = "choice:"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "yaml": "application/yaml",
    "json": "application/json",
}


async def start(request: web.Request) -> web.Response:
    """Offer both ways."""
    return _start(request)


def _start(
    request: web.Request, *, error: str = "", refused: tuple[tuple[str, str, str], ...] = (), status: int = 200
) -> web.Response:
    limit = uploads.LARGEST // 2**20
    return render(request, "transfer/start.html", error=error, refused=refused, limit=limit, status=status)


async def upload(request: web.Request) -> web.Response:
    """Keep a file and go to its preview; a file that cannot be used is refused with every reason."""
    chosen = (await form_of(request)).file("file")
    if chosen is None:
        return _start(request, error=say("transfer.no_file"), status=422)
    name, content = chosen
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return _start(request, error=say("transfer.empty"), status=422)
    try:
        file = await _parsed(name, content)
    except NothingUsable as error:
        reasons = tuple((place_of(each.place), each.key, explain(each.message)) for each in error.problems)
        return _start(request, error=explain(error.message), refused=reasons, status=422)
    except KnowledgeError as error:
        return _start(request, error=explain(error.message), status=422)
    if len(file.entries) > MOST_ROWS:
        return _start(request, error=say("transfer.too_many", count=len(file.entries), limit=MOST_ROWS), status=422)
    ports = console(request)
    async with ports.db.transaction() as session:
        numbers = (await taking.preview(session, file)).numbers
        token = await uploads.keep(
            session, session_of(request).id, name=name, content=content, numbers=numbers, now=ports.clock.now()
        )
    return see_other(request, "transfer.preview", token=token)


async def preview(request: web.Request) -> web.Response:
    """Show what a kept file would do."""
    kept = await _kept(request)
    if kept is None:
        return see_other(request, "transfer.start", flash=say("transfer.gone"), tone="attention")
    file = await _parsed(kept.name, kept.content)
    async with console(request).db.reading() as session:
        seen = await taking.preview(session, file)
    default = request.query.get("all", "")
    return render(
        request, "transfer/preview.html", name=kept.name, token=kept.token, until=kept.expires_at, preview=seen,
        counts={fate.value: seen.count(fate) for fate in Fate}, choices=[choice.value for choice in Choice],
        default=default if default in set(Choice) else Choice.DRAFT, explain=explain, place_of=place_of,
        field_of=field_of, can_take=bool(seen.numbers or seen.changed_articles or seen.terms),
    )  # fmt: skip


async def take(request: web.Request) -> web.Response:
    """Do what was chosen for each row."""
    kept = await _kept(request)
    if kept is None:
        return see_other(request, "transfer.start", flash=say("transfer.gone"), tone="attention")
    form, ports, person = await form_of(request), console(request), staff_of(request)
    file = await _parsed(kept.name, kept.content)
    noted = say("transfer.note", name=kept.name)
    with_terms = form.flag("terms") and person.may(Permission.ENTRIES_PUBLISH)
    async with ports.db.transaction() as session:
        done = await taking.take(
            session, file, choices_of(form), numbers=kept.numbers, by=person.login, now=ports.clock.now(),
            with_articles=form.flag("articles"), with_terms=with_terms,
            note=noted,
        )  # fmt: skip
        await uploads.drop(session, session_of(request).id, kept.token)
        await note(request, session, "transfer.take", f"file:{kept.name}", after=_noted(done))
    tone = "attention" if done.overtaken or done.unanswered else "ok"
    if done.drafted or done.submitted:  # shown, to go on with
        return see_other(request, "entries.list", note=noted, flash=_said(done), tone=tone)
    return see_other(request, "transfer.start", flash=_said(done), tone=tone)


async def discard(request: web.Request) -> web.Response:
    """Throw a kept file away."""
    async with console(request).db.transaction() as session:
        await uploads.drop(session, session_of(request).id, request.match_info["token"])
    return see_other(request, "transfer.start", flash=say("transfer.discarded"))


async def download(request: web.Request) -> web.Response:
    """Send everything as a file."""
    kind = request.query.get("format", "")
    if kind not in _TYPES:
        raise web.HTTPNotFound
    ports = console(request)
    async with ports.db.reading() as session:
        file = await transfer.export(session)
    content = await asyncio.to_thread(filing.content_of, file, suffix=f".{kind}")
    return _attachment(content, f"{say('transfer.file_name', day=vietnam_date(ports.clock.now()))}.{kind}")


async def review(request: web.Request) -> web.Response:
    """Send the workbook that is printed and signed."""
    ports = console(request)
    on = vietnam_date(ports.clock.now())
    async with ports.db.reading() as session:
        file = await transfer.export(session)
    content = await asyncio.to_thread(write_review, file, on=on)
    return _attachment(content, f"{say('transfer.review_name', day=on)}.xlsx")


def choices_of(form: Form) -> Mapping[str, Choice]:
    """Return what was chosen for each key; a value that means nothing is skipped."""
    posted = ((name.removeprefix(_CHOICE), value) for name, value in form.pairs() if name.startswith(_CHOICE))
    return {key: Choice(value) for key, value in posted if value in set(Choice)}


async def _kept(request: web.Request) -> uploads.Kept | None:
    ports, token = console(request), request.match_info["token"]
    async with ports.db.reading() as session:
        return await uploads.find(session, session_of(request).id, token, now=ports.clock.now())


async def _parsed(name: str, content: bytes) -> KnowledgeFile:
    return await asyncio.to_thread(filing.parse_content, content, suffix=uploads.suffix_of(name))


def _noted(done: taking.Taken) -> dict[str, object]:
    kinds = ("drafted", "submitted", "overtaken", "articles", "terms")
    return {kind: list(getattr(done, kind)) for kind in kinds if getattr(done, kind)}


def _said(done: taking.Taken) -> str:
    if not _noted(done):
        return say("transfer.nothing")
    said = say("transfer.taken", drafted=len(done.drafted), submitted=len(done.submitted))
    if done.overtaken:
        said += " " + say("transfer.overtaken", count=len(done.overtaken), keys=", ".join(done.overtaken[:5]))
    if done.unanswered:
        said += " " + say("transfer.unanswered", count=len(done.unanswered), keys=", ".join(done.unanswered[:5]))
    return said


def _attachment(content: bytes, name: str) -> web.Response:
    kind = name.rpartition(".")[2]
    return web.Response(
        body=content, content_type=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


_ROOT = "/admin/transfer"
PAGE = Page(
    name="transfer",
    menu=True,
    icon="arrows-exchange",
    actions=(
        Action(method="GET", path=_ROOT, handler=start, permission=Permission.TRANSFER_EXPORT, name="transfer.start"),
        Action(
            method="GET", path=f"{_ROOT}/download", handler=download, permission=Permission.TRANSFER_EXPORT,
            name="transfer.download",
        ),
        Action(
            method="GET", path=f"{_ROOT}/review", handler=review, permission=Permission.TRANSFER_EXPORT,
            name="transfer.review",
        ),
        Action(
            method="POST", path=f"{_ROOT}/upload", handler=upload, permission=Permission.TRANSFER_IMPORT,
            name="transfer.upload", body=uploads.LARGEST,
        ),
        Action(
            method="GET", path=f"{_ROOT}/{{token}}", handler=preview, permission=Permission.TRANSFER_IMPORT,
            name="transfer.preview",
        ),
        Action(
            method="POST", path=f"{_ROOT}/{{token}}/take", handler=take, permission=Permission.TRANSFER_IMPORT,
            name="transfer.take", body=4 * 2**20,
        ),
        Action(
            method="POST", path=f"{_ROOT}/{{token}}/discard", handler=discard, permission=Permission.TRANSFER_IMPORT,
            name="transfer.discard", body=4 * 2**20,
        ),
    ),
)  # fmt: skip
