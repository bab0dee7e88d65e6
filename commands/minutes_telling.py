"""What is told of a meeting's minutes: the forum, those it reaches by mail, the adjusters, and when fixed."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.minutes_file import Sheet, as_text
from commands.minutes_sheet import sheet_of
from commands.places import shown_count
from commands.texts import minutes as texts
from schedules.loading import agreement_facts, calendar_of, members_by_mail
from schedules.message import Button, Message, Part
from schedules.reminders.posting import Posting
from storage.minutes import COMMENT_DAYS, fixes_at, versions
from storage.models import Commitment, Forum, Minutes, Occasion
from storage.outbox import tell, withdraw
from storage.terms import is_public

MOST_TOLD, LONGEST_TOLD = 30, 6_000  # points and letters in the channel; the document has everything


async def fixing_time(call: Call, session: AsyncSession, forum: Forum) -> datetime:
    """When minutes written now are fixed: when the forum next posts after a fortnight of whole local days."""
    facts = await agreement_facts(session, forum.agreement_id)
    posting = Posting(facts, calendar_of(facts))
    return posting.at(posting.after(call.local_now.date() + timedelta(days=COMMENT_DAYS + 1)).day)


async def tell_written(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, forum: Forum, made: Minutes
) -> None:
    """The forum at once, with what was said; those who adjust, each; and the forum once more when they are fixed."""
    every = await versions(session, occasion.id or 0)
    same = [each for each in every if fixes_at(each) == fixes_at(made)]
    last = same[0].written_at.astimezone(call.local_now.tzinfo).date() + timedelta(days=COMMENT_DAYS)
    public = is_public(made.visibility)  # then others than the parties may read the channel
    sheet = await sheet_of(session, occasion.id or 0, forum.id or 0, now=call.now, zone=call.zone, internal=not public)
    noted = sum(1 for each in sheet.points if each.note or each.results)
    lines = [texts.summary(shown_count(len(sheet.present), forum), noted, made.written_by_name)]
    if fixes_at(made) > call.now:
        lines.append(texts.until(last, fixes_at(made), call.zone))
    heading = texts.told(forum.name, occasion.on, made.version)
    common: dict[str, Any] = _common(call, occasion, commitment, forum, made)
    key = f"minutes:{occasion.id}:{made.version}"
    first = Part(tuple(lines), heading, buttons=buttons(occasion, made.version))
    await tell(session, key=key, due_at=call.now, message=Message((first, *said(sheet))), **common)
    mailed = Message((Part((as_text(sheet),), heading, note=lines[-1]),))
    for person in await members_by_mail(session, forum_id=forum.id or 0, today=call.local_now.date()):
        await tell(session, key=key, due_at=call.now, message=mailed, person_id=person.id, **common)
    for person_id in made.adjusters:
        please = Part((), texts.adjust_please(forum.name, occasion.on), buttons=_adjusting(occasion))
        await tell(
            session, key=f"{key}:adjust", due_at=call.now, message=Message((please,)), person_id=person_id, **common
        )
    if len(same) == 1:
        await tell(session, key=f"{key}:fixed", due_at=fixes_at(made), message=_fixed(occasion, forum), **common)


def said(sheet: Sheet) -> list[Part]:
    """The points of which something is noted, and the decisions, as far as a message holds them."""
    parts, left = [], LONGEST_TOLD
    noted = [each for each in sheet.points if each.note or each.results]
    for each in noted[:MOST_TOLD]:
        lines = tuple(line for line in (each.note, *each.results) if line)
        left -= len(each.title) + sum(map(len, lines))
        if left < 0:
            break
        parts.append(Part(lines, texts.point(each.number, each.title)))
    direct = tuple(texts.decision(each.number, each.text) for each in sheet.decisions if not each.of_matter)
    if direct and left > sum(map(len, direct)):
        parts.append(Part(direct, texts.DECISIONS))
    if len(parts) < len(noted) + bool(direct):
        parts.append(Part((texts.MORE_IN_DOCUMENT,)))
    return parts


async def tell_fixed(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, forum: Forum, found: Minutes
) -> None:
    """The chair has fixed them: told at once, and not again when the time is over."""
    waiting = [f"minutes:{occasion.id}:{each.version}:fixed" for each in await versions(session, occasion.id or 0)]
    keys = [f"{key}:f{forum.id}" for key in (*waiting, f"minutes:{occasion.id}:fixed")]
    await withdraw(session, reason="fixed", now=call.now, keys=keys)
    await tell(
        session,
        key=f"minutes:{occasion.id}:{found.version}:fixed-now",
        due_at=call.now,
        message=_fixed(occasion, forum),
        **_common(call, occasion, commitment, forum, found),
    )


def _fixed(occasion: Occasion, forum: Forum) -> Message:
    return Message((Part((), texts.now_fixed(forum.name, occasion.on), buttons=buttons(occasion, 1)[:1]),))


def _common(call: Call, occasion: Occasion, commitment: Commitment, forum: Forum, minutes: Minutes) -> dict[str, Any]:
    return {
        "workspace_id": call.workspace_id,
        "kind": "minutes",
        "now": call.now,
        "forum_id": forum.id,
        "agreement_id": forum.agreement_id,
        "commitment_id": commitment.id,
        "occasion_id": occasion.id,
        "visibility": minutes.visibility,
    }


def buttons(occasion: Occasion, version: int) -> tuple[Button, ...]:
    """What one may do with the minutes."""
    about = f"o:{occasion.id}"
    return (
        Button(texts.FETCH, "anteckningar hamta", about, "primary"),
        Button(texts.COMMENT, "anteckningar synpunkt", about),
        Button(texts.CHANGE, "mote anteckningar", about),
        Button(texts.FIX, "anteckningar faststall", about),
        *((Button(texts.CHANGES, "anteckningar andringar", about),) if version > 1 else ()),
    )


def _adjusting(occasion: Occasion) -> tuple[Button, ...]:
    about = f"o:{occasion.id}"
    return (
        Button(texts.FETCH, "anteckningar hamta", about),
        Button(texts.ADJUST, "anteckningar justera", about, "primary"),
        Button(texts.COMMENT, "anteckningar synpunkt", about),
    )
