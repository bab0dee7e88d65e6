"""Everything the bot lets people write in, found by using it: every command typed, every button pressed, every form."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from slack_bolt.response import BoltResponse
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from commands import COMMANDS
from storage.database import async_url
from tests.bot.conftest import ANNA, Office
from tests.bot.standin import Json
from tests.databases import apart

MOST_PRESSED = 80  # buttons in one walk


def said(answer: BoltResponse) -> Json:
    """What rode on an acknowledgement."""
    assert answer.status == 200, answer
    found: Json = json.loads(answer.body) if answer.body else {}
    return found


_WATCHED: dict[str, tuple[sqlite3.Connection, int, str]] = {}


def memory(office: Office) -> str:
    """The whole database as text, without the trace of which requests have been handled."""
    return "\n".join(line for line in everything(office).splitlines() if '"handled_request"' not in line)


def everything(office: Office) -> str:
    """The whole database as text; read anew only where something has been committed since."""
    if office.database.url.startswith("postgresql"):
        return str(apart(_dumped(office.database.url)))
    path = str(make_url(office.database.url).database)
    if path not in _WATCHED:
        for other in list(_WATCHED):
            _WATCHED.pop(other)[0].close()
        _WATCHED[path] = (sqlite3.connect(f"file:{path}?mode=ro", uri=True), -1, "")
    connection, seen, text = _WATCHED[path]
    version = connection.execute("PRAGMA data_version").fetchone()[0]
    if version != seen:
        text = "\n".join(connection.iterdump())
        _WATCHED[path] = (connection, version, text)
    return text


def blocks(held: Any) -> Iterator[Json]:
    """Every element with an action_id, however deep."""
    if isinstance(held, dict):
        if "action_id" in held and held.get("type") == "button":
            yield held
        for value in held.values():
            yield from blocks(value)
    elif isinstance(held, list):
        for value in held:
            yield from blocks(value)


async def _dumped(url: str) -> str:
    """A PostgreSQL database as text, a line for each row."""
    engine = create_async_engine(async_url(url))
    lines: list[str] = []
    async with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            lines += [f'"{table.name}" {tuple(row)!r}' for row in rows]
    await engine.dispose()
    return "\n".join(lines)


async def walk(office: Office) -> dict[str, Json]:
    """Every form somebody with every right can reach, by command: Home, all examples, and every new kind of button."""
    await office.hears_of({"type": "app_home_opened", "user": ANNA["id"], "tab": "home"})
    waiting: list[tuple[str, str]] = []
    for command in COMMANDS:
        for line in (f"/{command.name}", *command.examples):
            waiting += [_carried(each) for each in blocks(said(await office.says(line)))]
    waiting += [_carried(each) for _, arguments in office.slack.asked for each in blocks(arguments)]
    pressed: set[tuple[str, str]] = set()
    while waiting and len(pressed) < MOST_PRESSED:
        name, words = waiting.pop()
        if (name, words) in pressed or sum(each == name for each, _ in pressed) >= 3:
            continue
        pressed.add((name, words))
        before = len(office.slack.asked), len(office.slack.heard)
        await office.presses(name, words)
        new = [arguments for _, arguments in office.slack.asked[before[0] :]] + office.slack.heard[before[1] :]
        waiting += [_carried(each) for held in new for each in blocks(held)]
    forms: dict[str, Json] = {}
    for method, arguments in office.slack.asked:
        if method in ("views.open", "views.push", "views.update") and arguments["view"].get("submit"):
            view = arguments["view"]
            known = forms.get(view["callback_id"])
            if known is None or len(view["blocks"]) > len(known["blocks"]):
                forms[view["callback_id"]] = view
    return forms


def _carried(button: Json) -> tuple[str, str]:
    value = str(button.get("value") or "")
    return str(button["action_id"]).partition("#")[0], "" if value == "-" else value


def filled_in(view: Json) -> Json:
    """Slack's state of a form filled in with what stands in it, and the first choice or something plain elsewhere."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        options = element.get("options") or [o for g in element.get("option_groups", []) for o in g["options"]]
        kind = element["type"]
        state: Json = {"type": kind}
        match kind:
            case "plain_text_input":
                state["value"] = element.get("initial_value") or "Centrum"
            case "email_text_input":
                state["value"] = element.get("initial_value") or "namn@kommun.example"
            case "number_input":
                state["value"] = element.get("initial_value") or "3"
            case "datepicker":
                state["selected_date"] = element.get("initial_date") or "2027-02-10"
            case "timepicker":
                state["selected_time"] = element.get("initial_time") or "13:00"
            case "static_select" | "radio_buttons":
                state["selected_option"] = element.get("initial_option") or options[0]
            case "checkboxes" | "multi_static_select":
                state["selected_options"] = element.get("initial_options") or options[:1]
            case "file_input":
                state["files"] = []
        values[block["block_id"]] = {element["action_id"]: state}
    return values


async def submit(office: Office, view: Json, values: Json, user: dict[str, str] = ANNA) -> Json:
    """A form sent with a whole state of Slack's; what the acknowledgement says."""
    body = office.submission(view, {}, user)
    body["view"]["state"] = {"values": values}
    return said(await office.sends(body))


def free_fields(view: Json) -> list[str]:
    """The fields of a form that people write in."""
    return [
        block["block_id"]
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    ]
