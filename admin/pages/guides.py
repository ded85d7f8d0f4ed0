"""Eligibility guides: the list, one guide with its flaws and its picture, publishing and withdrawing."""

from __future__ import annotations

from aiohttp import web

from admin.console import console, form_of, note, render, see_other
from admin.page import Action, Page, Permission, Section
from admin.pages import guide_changing, guide_trial
from admin.pages.guide_showing import guide_page, overtaken, picture_values
from admin.wording import say
from knowledge.guide_editing import FaultyGuide, check_guide, publish_guide, withdraw_guide
from knowledge.guide_store import guide_history, list_guides
from knowledge.schema import Status
from runtime.errors import EditConflict


async def list_all(request: web.Request) -> web.Response:
    """Show every guide."""
    async with console(request).db.reading() as session:
        found = await list_guides(session)
    return render(request, "guides/list.html", guides=found)


async def show(request: web.Request) -> web.Response:
    """Show one guide: what is wrong with it, its picture, its versions."""
    page = await guide_page(request)
    async with console(request).db.reading() as session:
        problems = await check_guide(session, page.item)
        history = await guide_history(session, page.item.key)
    return render(
        request,
        "guides/show.html",
        page=page,
        guide=page.item,
        problems=problems,
        is_faulty=any(problem.is_fatal for problem in problems),
        **picture_values(page.item, problems),
        history=history,
    )


async def publish(request: web.Request) -> web.Response:
    """Publish the version that was looked at; `withdraw`: those inside an earlier one begin anew."""
    key, form, ports = (await guide_page(request)).item.key, await form_of(request), console(request)
    number, begin_anew = form.integer("number") or 0, form.flag("withdraw")
    try:
        async with ports.db.transaction() as session:
            await publish_guide(session, key, number=number, now=ports.clock.now(), withdraw_earlier=begin_anew)
            after = {"revision": number, "withdraws_earlier": begin_anew}
            await note(request, session, "guides.publish", f"guide:{key}", after=after)
    except EditConflict:
        return await overtaken(request, number, said="overtaken")
    except FaultyGuide:
        return see_other(request, "guides.show", flash=say("guides.faulty"), tone="danger", key=key)
    return see_other(request, "guides.show", flash=say("guides.published"), key=key)


async def withdraw(request: web.Request) -> web.Response:
    """Stop a guide, for now or for good, also for those inside it."""
    key, form, ports = request.match_info["key"], await form_of(request), console(request)
    page = await guide_page(request)
    status = Status.ARCHIVED if form.flag("for_good") else Status.SUSPENDED
    async with ports.db.transaction() as session:
        await withdraw_guide(session, key, now=ports.clock.now(), status=status)
        states = {"before": {"status": page.status.value}, "after": {"status": status.value}}
        await note(request, session, "guides.withdraw", f"guide:{key}", **states)
    return see_other(request, "guides.show", flash=say("guides.withdrawn"), key=key)


_VIEW = Permission.GUIDES_VIEW
PAGE = Page(
    name="guides",
    menu=True,
    section=Section.KNOWLEDGE,
    icon="route",
    actions=(
        Action(method="GET", path="/admin/guides", handler=list_all, permission=_VIEW, name="guides.list"),
        *guide_changing.ACTIONS,
        *guide_trial.ACTIONS,
        Action(method="GET", path="/admin/guides/{key}", handler=show, permission=_VIEW, name="guides.show"),
        Action(
            method="POST", path="/admin/guides/{key}/publish", handler=publish, permission=Permission.GUIDES_PUBLISH,
            name="guides.publish",
        ),
        Action(
            method="POST", path="/admin/guides/{key}/withdraw", handler=withdraw, permission=Permission.GUIDES_PUBLISH,
            name="guides.withdraw",
        ),
    ),
)  # fmt: skip
