"""What the page asks and does: /page/…, JSON, on behalf of the person in `as`."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import interactions
from sandbox.clock import instant_of
from sandbox.conversations import Conversation, Message
from sandbox.errors import Json, PersonSaw
from sandbox.files import file_wire
from sandbox.rehearsal import Rehearsal
from sandbox.swedish import clock_text, day_text, when_text
from sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
LONGEST_FILE = 50_000_000


class Page:
    """The page's addresses."""

    def __init__(self, slack: Workspace, rehearsal: Rehearsal) -> None:
        self._slack = slack
        self._rehearsal = rehearsal

    def routes(self) -> list[web.RouteDef]:
        """Everything below / and /page."""
        do = self._doing
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._follow_permalink),
            web.get("/page/people", self._people),
            web.get("/page/world", self._world),
            web.get("/page/conversation/{id}", self._conversation),
            web.get("/page/home", self._home),
            web.get("/page/modal", self._modal),
            web.get("/page/events", self._events),
            web.post("/page/upload", self._upload),
            web.post("/page/say", do(self._say)),
            web.post("/page/press", do(self._press)),
            web.post("/page/open_home", do(self._open_home)),
            web.post("/page/modal/press", do(self._press_in_view)),
            web.post("/page/modal/submit", do(self._submit)),
            web.post("/page/modal/close", do(self._close)),
            web.post("/page/options", do(self._options)),
            web.post("/page/clock", do(self._clock)),
            web.post("/page/join", do(self._join)),
            web.post("/page/shortcut", do(self._shortcut)),
        ]

    # ---- reading

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})

    async def _follow_permalink(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/#/-/{request.match_info['channel']}")

    async def _people(self, request: web.Request) -> web.Response:
        return web.json_response([self._person(id) for id in self._slack.world.people])

    def _person(self, id: str) -> Json:
        world = self._slack.world
        if id == world.bot.user_id:
            return {"id": id, "name": world.bot.name, "title": "", "organisation": "", "external": False, "bot": True}
        person = world.people[id]
        return {
            "id": id,
            "name": person.name,
            "title": person.title,
            "organisation": person.organisation,
            "external": world.is_external(id),
        }

    def _me(self, request: web.Request) -> str:
        user = request.query.get("as", "")
        if user not in self._slack.world.people:
            raise web.HTTPNotFound(text=json.dumps({"ok": False, "error": "user_not_found"}))
        return user

    async def _world(self, request: web.Request) -> web.Response:
        slack, user = self._slack, self._me(request)
        if slack.manifest.messages_tab:
            slack.conversations.direct(user)
        conversations = [self._summary(one, user) for one in slack.conversations.of(user)]
        commands = [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in slack.manifest.commands
        ]
        shortcuts = [vars(one) for one in slack.manifest.shortcuts]
        return web.json_response(
            {
                "me": self._person(user),
                "team": vars(slack.world.team),
                "conversations": conversations,
                "commands": commands,
                "shortcuts": shortcuts,
                "clock": self._clock_wire(),
                "bot": {"id": slack.bot, "name": slack.world.bot.name},
            }
        )

    def _summary(self, one: Conversation, user: str) -> Json:
        return {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "topic": one.topic,
            "members": one.members,
            "unread": one.unread_by(user),
            "private": one.is_private,
            "shared": one.is_ext_shared,
        }

    def _clock_wire(self) -> Json:
        now = self._slack.clock.now
        return {"now": now.isoformat(), "text": clock_text(now), "rehearsal": self._rehearsal.possible}

    async def _conversation(self, request: web.Request) -> web.Response:
        user = self._me(request)
        conversation = self._slack.conversations.get(request.match_info["id"])
        if conversation is None or user not in conversation.members:
            return web.json_response({"ok": False, "error": "channel_not_found"}, status=404)
        seen = conversation.visible_to(user)
        unread = conversation.unread_by(user)
        if seen:
            conversation.read[user] = max(seen[-1].ts, conversation.read.get(user, "0"), key=float)
        if unread:
            self._slack.watchers.changed(["world"], [user])
        return web.json_response(
            {
                "id": conversation.id,
                "name": conversation.name,
                "kind": conversation.kind,
                "topic": conversation.topic,
                "members": [self._person(member) for member in conversation.members],
                "messages": [self._message(message) for message in seen],
            }
        )

    def _message(self, message: Message) -> Json:
        at = instant_of(message.ts)
        world = self._slack.world
        return {
            "ts": message.ts,
            "user": message.user,
            "name": world.bot.name if message.bot else world.people[message.user].name,
            "bot": message.bot,
            "text": message.text or ", ".join(file["name"] for file in message.files),
            "blocks": message.blocks,
            "files": message.files,
            "ephemeral": message.only_for is not None,
            "edited": message.edited is not None,
            "when": when_text(at),
            "day": day_text(at),
        }

    async def _home(self, request: web.Request) -> web.Response:
        view = self._slack.forms.homes.get(self._me(request))
        return web.json_response({"view": self._slack.forms.as_wire(view) if view else None})

    async def _modal(self, request: web.Request) -> web.Response:
        stack = self._slack.forms.stack(self._me(request))
        views = [{"id": one.id, "view": self._slack.forms.as_wire(one), "errors": one.errors} for one in stack]
        return web.json_response({"stack": views})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user = self._me(request)
        stream = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-store"})
        await stream.prepare(request)
        await stream.write(b": connected\n\n")
        try:
            async for names in self._slack.watchers.follow(user):
                data = json.dumps({"changed": sorted(names)})
                await stream.write(f"data: {data}\n\n".encode())
        except ConnectionError:
            pass  # the page went away
        return stream

    # ---- doing

    def _doing(self, act: Callable[[str, Json], Awaitable[Json | None]]) -> Callable[[web.Request], Any]:
        """An address where a person does something: {"ok": true, …}, or {"ok": false, "error": …}."""

        async def handle(request: web.Request) -> web.Response:
            if request.content_type != "application/json":
                return web.json_response({"ok": False, "error": "invalid_json"}, status=415)
            body = await request.json()
            user = body.get("as", "")
            try:
                if user not in self._slack.world.people:
                    raise PersonSaw("user_not_found")
                return web.json_response({"ok": True, **(await act(user, body) or {})})
            except PersonSaw as saw:
                return web.json_response({"ok": False, "error": saw.error, "details": saw.details})
            except KeyError as missing:
                return web.json_response({"ok": False, "error": "invalid_arguments", "details": [str(missing)]})

        return handle

    async def _say(self, user: str, body: Json) -> None:
        await interactions.say(self._slack, user, body["channel"], body["text"])

    async def _press(self, user: str, body: Json) -> None:
        place = (body["channel"], body["ts"], body["block_id"], body["action_id"])
        await interactions.press(self._slack, user, *place, body.get("action") or {}, _filled(body))

    async def _open_home(self, user: str, body: Json) -> None:
        interactions.open_home(self._slack, user)

    async def _press_in_view(self, user: str, body: Json) -> None:
        place = (body["view_id"], body["block_id"], body["action_id"])
        await interactions.press_in_view(self._slack, user, *place, body.get("action") or {}, _filled(body))

    async def _submit(self, user: str, body: Json) -> Json:
        errors = await interactions.submit(self._slack, user, body["view_id"], _filled(body))
        return {"ok": False, "error": "errors", "errors": errors} if errors else {}

    async def _close(self, user: str, body: Json) -> None:
        everything = bool(body.get("is_cleared") or body.get("clear"))
        await interactions.close(self._slack, user, body["view_id"], everything=everything)

    async def _options(self, user: str, body: Json) -> Json:
        place = {name: body[name] for name in ("view_id", "channel", "ts") if body.get(name)}
        return await interactions.ask_options(
            self._slack, user, place, body["block_id"], body["action_id"], body.get("value") or ""
        )

    async def _clock(self, user: str, body: Json) -> Json:
        step = await self._rehearsal.step(body.get("step"), body.get("to"))
        return {
            "clock": self._clock_wire(),
            "posted": len(step.posted),
            "messages": [{"channel": channel, "ts": ts} for channel, ts in step.posted],
            "next": step.next.isoformat() if step.next else None,
        }

    async def _join(self, user: str, body: Json) -> None:
        interactions.join(self._slack, user, body["channel"])

    async def _shortcut(self, user: str, body: Json) -> None:
        await interactions.use_shortcut(self._slack, user, body["callback_id"], body.get("channel"), body.get("ts"))

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        user, sent = form.get("as"), form.get("file")
        if user not in self._slack.world.people or not isinstance(sent, web.FileField):
            return web.json_response({"ok": False, "error": "invalid_arguments"}, status=400)
        content = sent.file.read()
        file = self._slack.files.new(sent.filename, len(content), str(user), int(self._slack.clock.now.timestamp()))
        file.content, file.complete = content, True
        described = file_wire(file, self._slack.base)
        return web.json_response({"ok": True, "id": file.id, "file": described})


def _filled(body: Json) -> Any:
    state = body.get("state") or {}
    return state.get("values", {})
