"""What the page asks for and does: the contract with sandbox/page/*.js."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from sandbox.slack.clock import day, moment, short, swedish
from sandbox.slack.world import Channel

if TYPE_CHECKING:
    from sandbox.slack.server import Sandbox

Handler = Callable[["Sandbox", dict[str, Any]], Awaitable[Any]]
STEPS = {"day": timedelta(days=1), "week": timedelta(days=7)}
LOOK_AHEAD = timedelta(days=400)
MOST_STEPS = 2_000


def routes(slack: "Sandbox") -> list[web.RouteDef]:
    def get(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            return web.json_response(await handler(slack, {**request.query, **request.match_info}))

        return answer

    def post(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            return web.json_response(await handler(slack, await request.json()))

        return answer

    async def events(request: web.Request) -> web.StreamResponse:
        return await _events(slack, request)

    return [
        web.get("/page/people", get(people)),
        web.get("/page/world", get(world)),
        web.get("/page/conversation/{id}", get(conversation)),
        web.get("/page/home", get(home)),
        web.get("/page/modal", get(modal)),
        web.get("/page/events", events),
        web.post("/page/say", post(say)),
        web.post("/page/press", post(press)),
        web.post("/page/open_home", post(open_home)),
        web.post("/page/modal/press", post(modal_press)),
        web.post("/page/modal/submit", post(modal_submit)),
        web.post("/page/modal/close", post(modal_close)),
        web.post("/page/options", post(options)),
        web.post("/page/join", post(join)),
        web.post("/page/clock", post(step)),
    ]


def _ok(error: str | None) -> dict[str, Any]:
    return {"ok": True} if error is None else {"ok": False, "error": error}


async def people(slack: "Sandbox", _: dict[str, Any]) -> Any:
    return [
        {
            "id": each.id,
            "name": each.name,
            "title": each.title,
            "organisation": each.organisation,
            "external": slack.world.external(each),
        }
        for each in slack.world.users.values()
        if not each.is_bot and not each.deleted
    ]


def clock_of(slack: "Sandbox") -> dict[str, Any]:
    now = slack.clock.now()
    return {"now": now.isoformat(), "text": swedish(now), "rehearsal": slack.rehearsal is not None}


def _conversation_row(slack: "Sandbox", channel: Channel, user: str) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": "im" if channel.is_im else "channel",
        "topic": channel.topic,
        "members": len(channel.members),
        "unread": slack.conversations.unread(channel.id, user),
        "private": channel.is_private,
        "shared": channel.is_ext_shared,
    }


async def world(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    user = str(asked["as"])
    if user not in slack.world.users:
        return {"ok": False, "error": "not_found"}
    slack.conversations.direct(user)
    return {
        "me": user,
        "team": slack.world.team_name,
        "conversations": [
            _conversation_row(slack, each, user) for each in slack.world.channels.values() if user in each.members
        ],
        "commands": [
            {
                "command": each["command"],
                "description": each.get("description", ""),
                "usage_hint": each.get("usage_hint", ""),
            }
            for each in slack.world.commands
        ],
        "shortcuts": [],
        "clock": clock_of(slack),
        "bot": {"id": slack.world.bot_user_id, "name": slack.world.bot_name},
    }


async def conversation(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    channel = slack.world.channels.get(str(asked["id"]))
    user = str(asked["as"])
    if channel is None or user not in channel.members:
        return {"ok": False, "error": "channel_not_found"}
    slack.conversations.mark_read(channel.id, user)
    rows = []
    for each in slack.conversations.seen_by(channel.id, user):
        writer = slack.world.users.get(each.user)
        rows.append(
            {
                "ts": each.ts,
                "user": each.user,
                "name": writer.name if writer else "Slackbot",
                "bot": writer is None or writer.is_bot,
                "text": each.text,
                "blocks": each.blocks,
                "ephemeral": each.only_for is not None,
                "edited": each.edited,
                "when": short(each.when),
                "day": day(each.when),
                "error": each.error,
            }
        )
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": "im" if channel.is_im else "channel",
        "topic": channel.topic,
        "members": [each for each in channel.members if each in slack.world.users],
        "messages": rows,
    }


async def home(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    opened = slack.interactions.homes.get(str(asked["as"]))
    return {"view": {**opened.view, "id": opened.id} if opened else None}


async def modal(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    stack = slack.interactions.stacks.get(str(asked["as"]), [])
    return {"stack": [{"id": each.id, "view": each.view, "errors": each.errors} for each in stack]}


async def say(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    return _ok(await slack.say(str(asked["as"]), str(asked["channel"]), str(asked["text"])))


async def press(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    action = {**asked["action"], "block_id": asked.get("block_id"), "action_id": asked.get("action_id")}
    return _ok(await slack.press(str(asked["as"]), str(asked["channel"]), str(asked["ts"]), action, asked.get("state")))


async def open_home(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    return _ok(await slack.open_home(str(asked["as"])))


async def modal_press(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    action = {**asked["action"], "block_id": asked.get("block_id"), "action_id": asked.get("action_id")}
    return _ok(await slack.press_view(str(asked["as"]), str(asked["view_id"]), action, asked.get("state")))


async def modal_submit(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    values = (asked.get("state") or {}).get("values") or {}
    error, errors = await slack.submit(str(asked["as"]), str(asked["view_id"]), values)
    return {"ok": False, "error": error} if error else {"ok": not errors, "errors": errors}


async def modal_close(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    everything = bool(asked.get("is_cleared") or asked.get("clear"))
    await slack.close_view(str(asked["as"]), str(asked["view_id"]), everything=everything)
    return {"ok": True}


async def options(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    return await slack.options(str(asked["as"]), asked)


async def join(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    await slack.join(str(asked["as"]), str(asked["channel"]))
    return {"ok": True}


# --- the clock --------------------------------------------------------------------------------------------------------


async def step(slack: "Sandbox", asked: dict[str, Any]) -> Any:
    """Steps the clock forward through everything that falls due on the way, so that each comes at its own time."""
    now, before = slack.clock.now(), len(slack.posted)
    if "to" in asked:
        target = moment(str(asked["to"]))
    elif asked.get("step") == "reminder":
        found = await _next_due(slack, now + LOOK_AHEAD)
        if found is None:
            return {"ok": False, "error": "Inga fler påminnelser i sikte."}
        target = found
    else:
        target = now + STEPS.get(str(asked.get("step")), timedelta(0))
    if target < now:
        return {"ok": False, "error": "Klockan går bara att spola framåt."}
    for _ in range(MOST_STEPS):
        due = await _next_due(slack, target)
        if due is None or due > target:
            break
        await _set(slack, max(due, slack.clock.now()))
    await _set(slack, max(target, slack.clock.now()))
    coming = await _next_due(slack, slack.clock.now() + LOOK_AHEAD)
    slack.save()
    slack.changed("clock", "world")
    return {
        "ok": True,
        "clock": clock_of(slack),
        "posted": len(slack.posted) - before,
        "next": coming.isoformat() if coming else None,
    }


async def _next_due(slack: "Sandbox", until: datetime) -> datetime | None:
    if slack.rehearsal is None:
        return None
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{slack.rehearsal}/clock", params={"until": until.isoformat()}) as answer,
    ):
        found = (await answer.json()).get("next")
    return moment(found) if found else None


async def _set(slack: "Sandbox", when: datetime) -> None:
    slack.clock.set(when)
    if slack.rehearsal is not None:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{slack.rehearsal}/clock", json={"now": when.isoformat()}) as answer,
        ):
            await answer.read()


# --- server-sent events -----------------------------------------------------------------------------------------------


async def _events(slack: "Sandbox", request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await response.prepare(request)
    queue = slack.listen()
    try:
        await response.write(b": hello\n\n")
        while True:
            try:
                names = await asyncio.wait_for(queue.get(), 15)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            await response.write(f"data: {json.dumps({'changed': names})}\n\n".encode())
    except (ConnectionError, asyncio.CancelledError):
        return response
    finally:
        slack.stop_listening(queue)
