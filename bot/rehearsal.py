"""Lets somebody else step the bot's clock, for the demo and rehearsals: never against Slack's own address.

GET /clock?until=ISO says when the next thing is due; POST /clock {"now": ISO} sets the clock there, posts everything
that is due and answers when nothing more is waiting. Bound to this machine alone.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from schedules.planner import next_moment
from storage.backlog import late, next_due, oldest_due

if TYPE_CHECKING:
    from bot.process import Running

SHORT = timedelta(seconds=5)  # so long a message that has been put off is waited for
LONGEST = 30.0  # seconds; a message that keeps failing must not hold the clock


async def serve(running: "Running") -> web.AppRunner:
    """Starts the control server on the settings' port; `cleanup()` of what is returned ends it."""

    async def ask(request: web.Request) -> web.Response:
        until = request.query.get("until")
        coming = await next_moment(running.database, running.clock.now())
        if coming is not None and until is not None and coming > _moment(until):
            coming = None
        return web.json_response(
            {"now": running.clock.now().isoformat(), "next": coming.isoformat() if coming else None}
        )

    async def step(request: web.Request) -> web.Response:
        try:
            moment = _moment(str((await request.json())["now"]))
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "now"}, status=400)
        running.clock.set(moment)
        await settle(running)
        now = running.clock.now()
        async with running.database.reading() as session:
            waiting = await late(session, workspace_id=running.desk.workspace_id, now=now, after=timedelta(0))
        return web.json_response({"now": now.isoformat(), "waiting": len(waiting)})

    app = web.Application()
    app.add_routes([web.get("/clock", ask), web.post("/clock", step)])
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", running.settings.rehearsal_port).start()
    return server


async def settle(running: "Running") -> None:
    """Plans and carries until nothing that is due is waiting, or what waits waits for longer than we do.

    What somebody's press has set off, such as a file being made, is finished first.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + LONGEST
    await running.desk.finish(within=SHORT.total_seconds())
    while loop.time() < give_up:
        if await running.plan() + await running.carry():
            continue
        now = running.clock.now()
        async with running.database.reading() as session:
            waiting, again = await oldest_due(session, now=now), await next_due(session)
        if waiting is None or again is None or again - now > SHORT:
            return
        await asyncio.sleep(max((again - now).total_seconds(), 0.05))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
