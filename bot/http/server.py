"""One aiohttp server for everything the bot serves: its addresses, its limits, its start and its end."""

from typing import TYPE_CHECKING

from aiohttp import web

from bot.http.feeds import Feeds
from bot.http.health import Lookout
from bot.http.reception import LARGEST

if TYPE_CHECKING:
    from bot.process import Running

FINISH_WITHIN = 4.0  # seconds for requests that are being answered: one more than Slack waits
KEEP_OPEN = 75.0  # seconds an idle connection is kept


def routes(running: "Running") -> list[web.RouteDef]:
    """Every address: Slack's own only when the bot is reached over HTTP."""
    lookout = Lookout(running)
    found = [
        web.get("/health", lookout.health),
        web.get("/live", lookout.live),
        web.get("/metrics", lookout.metrics),
    ]
    if running.settings.public_url:
        found.append(web.get("/kalender/{token}.ics", Feeds(running).give))
    if running.reception is not None:
        found.append(web.post("/slack/events", running.reception.receive))
    return found


async def serve(running: "Running", *, host: str, port: int) -> web.AppRunner:
    """Starts the server; `cleanup()` of what is returned ends it, when what is being answered is answered.

    Raises OSError when the port is taken.
    """
    app = web.Application(client_max_size=LARGEST)
    app.add_routes(routes(running))
    # bodies are taken as they come: Slack compresses none, and the signature is over what was sent
    server = web.AppRunner(
        app, access_log=None, shutdown_timeout=FINISH_WITHIN, auto_decompress=False, keepalive_timeout=KEEP_OPEN
    )
    await server.setup()
    try:
        await web.TCPSite(server, host, port).start()
    except BaseException:
        await server.cleanup()
        raise
    return server
