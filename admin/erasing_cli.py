"""The verb that forgets a person who asked the office for it."""

from __future__ import annotations

from typing import Annotated

import typer

from admin import audit
from admin.running import composition_of, fail, run, settings_of

app = typer.Typer()


@app.command()
def erase(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="zalo, zalo_bot, whatsapp or webchat.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="The person's id or number on that channel.")],
) -> None:
    """Delete everything a person said and was told, because they asked the office for it."""
    from bot import erasing
    from bot.inbox import Inbox

    async def work() -> int:
        async with composition_of(context).open_assistant(settings_of()) as it:
            now = it.clock.now()
            async with it.db.reading() as session:
                requests = await erasing.known_as(session, channel, id_, now=now)
            await Inbox(it.db, it.waker).accept(requests)
            if requests:  # who it was is what nobody shall know any more
                async with it.db.transaction() as session:
                    await audit.record(
                        session, actor=audit.COMMAND_LINE, action="people.erase", subject=f"channel:{channel}", at=now
                    )
            return len(requests)

    if not run(work()):
        fail(f"{channel} knows nobody by this id. People in the web chat delete their history themselves.")
    print("Asked for. The server deletes it at once; when none runs, as soon as one does.")
