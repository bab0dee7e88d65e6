"""`/samverkan logg`: who did what, when, for those who coordinate or administer; and the same as CSV."""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Reply
from commands.finding import require_forum
from commands.permissions import Rights, rights
from commands.tabular import csv_of
from commands.texts import trail as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.models import Agreement, AuditEntry, Forum
from storage.naming import names_of
from storage.records.belonging import Condition, belonging, trail_of, trail_of_agreements
from storage.trail import Traced, entries

PAGE = 15
WRITTEN = frozenset({"matter", "measure"})  # their names are what a forum has written down: not for administrators
KEYBOARD, CLOCK = "kommandoraden", "klockan"


async def show(call: Call, session: AsyncSession) -> Answer:
    """The newest entries, of one forum where it is named; "e:ID" goes on before that entry.

    Coordinators see what is about their own agreements, administrators everything, though of matters and measures
    not the names. Raises Refused for others.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.SEE_AUDIT_LOG)
    words = Words(call.words)
    before = words.take_id("e")
    forum = await require_forum(words, asker) if words.text else None
    if forum is not None:
        asker.require(Action.SEE_AUDIT_LOG, forum.id)
        about: Condition | None = trail_of(belonging([forum.id or 0]))
    else:
        about = await _seen(session, asker, call.workspace_id)
    found = await entries(session, workspace_id=call.workspace_id, about=about, before_id=before, limit=PAGE + 1)
    more: tuple[Button, ...] = ()
    if len(found) > PAGE:
        of = f" f:{forum.id}" if forum else ""
        more = (Button(texts.MORE, "samverkan logg", f"e:{found[PAGE - 1].entry.id}{of}"),)
    unnamed = frozenset() if await _may_read(session, asker, call.workspace_id, forum) else WRITTEN
    lines = await _lines(session, found[:PAGE], call.zone, unnamed)
    nothing = texts.NO_MORE if before else texts.NOTHING
    part = Part(lines=tuple(lines) or (nothing,), note=texts.NOTE, buttons=more)
    return Reply(Message((part,), title=texts.title(forum.name if forum else "")))


async def _seen(session: AsyncSession, asker: Rights, workspace_id: int) -> Condition | None:
    """What the asker may read of the trail; None for all of the workspace's."""
    if asker.administrator or await _coordinates_all(session, asker, workspace_id):
        return None
    forums = (await session.exec(select(Forum.id).where(col(Forum.agreement_id).in_(asker.coordinates)))).all()
    return trail_of_agreements(sorted(asker.coordinates), [each for each in forums if each is not None])


async def _may_read(session: AsyncSession, asker: Rights, workspace_id: int, forum: Forum | None) -> bool:
    """Whether the asker may read what the forums have written down, of everything that is shown."""
    if forum is not None:
        return asker.may(Action.SEE_MATTERS, forum.id)
    return not asker.administrator or await _coordinates_all(session, asker, workspace_id)


async def _coordinates_all(session: AsyncSession, asker: Rights, workspace_id: int) -> bool:
    every = (await session.exec(select(Agreement.id).where(Agreement.workspace_id == workspace_id))).all()
    return set(every) <= asker.coordinates


async def _lines(session: AsyncSession, found: Sequence[Traced], zone: str, unnamed: frozenset[str]) -> list[str]:
    rows = [(each.entry.subject, each.entry.subject_id) for each in found]
    names = await names_of(session, (row for row in rows if row[0] not in unnamed))
    return [
        texts.line(
            each.entry.at,
            zone,
            who(each),
            each.entry.action,
            _about(each.entry, names.get((each.entry.subject, each.entry.subject_id), "")),
        )
        for each in found
    ]


def who(traced: Traced) -> str:
    """Who did it, for a reader."""
    if traced.name:
        return traced.name
    known = {KEYBOARD: texts.KEYBOARD, CLOCK: texts.CLOCK, "": texts.CLOCK}
    return known.get(traced.entry.actor, traced.entry.actor)


def _about(entry: AuditEntry, name: str) -> str:
    return texts.about(entry.subject, entry.subject_id, name, entry.details.get("version"))


async def as_csv(
    session: AsyncSession, *, workspace_id: int, zone: str, first: datetime | None = None, last: datetime | None = None
) -> bytes:
    """The trail as a CSV file, oldest first: from `first` (included) to `last` (excluded), aware UTC."""
    found = await entries(session, workspace_id=workspace_id, first=first, last=last)
    return csv_of(texts.HEADINGS, (csv_row(each, zone) for each in reversed(found)))


def csv_row(each: Traced, zone: str) -> list[object]:
    """An entry as the cells of texts.HEADINGS."""
    entry = each.entry
    return [
        entry.id,
        entry.at.isoformat(timespec="seconds"),
        entry.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
        entry.actor,
        who(each),
        texts.did(entry.action),
        entry.action,
        entry.subject,
        entry.subject_id,
        json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else "",
    ]
