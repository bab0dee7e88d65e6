"""Lets somebody else step the bot's clock, for the demo and rehearsals: never against Slack's own address.

GET /clock?until=ISO says when the next thing is due; POST /clock {"now": ISO} sets the clock there, posts everything
that is due and answers when nothing more is waiting. Bound to this machine alone.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from schedules.planner import next_moment
from storage.backlog import oldest_due

if TYPE_CHECKING:
    from bot.process import Running

ROUNDS = 60  # more than any morning needs; a message that keeps failing must not hold the clock


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
        body = await request.json()
        running.clock.set(_moment(str(body["now"])))
        await settle(running)
        now = running.clock.now()
        async with running.database.reading() as session:
            waiting = await oldest_due(session, now=now)
        return web.json_response({"now": now.isoformat(), "waiting": int(waiting is not None)})

    app = web.Application()
    app.add_routes([web.get("/clock", ask), web.post("/clock", step)])
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", running.settings.rehearsal_port).start()
    return server


async def settle(running: "Running") -> None:
    """Plans and carries until there is nothing more to do at this time."""
    for _ in range(ROUNDS):
        planned = await running.plan()
        carried = await running.carry()
        if not planned and not carried:
            return


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
