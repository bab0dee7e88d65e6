"""`/mote kalender`: a secret address to subscribe to, or the calendar as a file; and one occasion as a file."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Enclosure, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import occasion_meant, require_forum
from commands.permissions import Rights, rights, rights_of
from commands.texts import calendars as texts
from commands.texts import finding as finding_texts
from commands.words import Words
from schedules import texts as schedule_texts
from schedules.calendar_file import calendar_file, occasion_calendar
from schedules.loading import clock_time
from schedules.message import Button, Message, Part
from storage.agreements.names import slug
from storage.calendars import entries_of, feed_of, new_feed, revoke
from storage.models import CalendarFeed, Forum, Person, Workspace
from storage.people import traced
from storage.terms import CommitmentKind

BACK = timedelta(days=92)  # so much of what has been stands in a calendar
NEW, OFF, FILE, TEXT = "ny", "av", "fil", "text"


async def calendar(call: Call, session: AsyncSession) -> Answer:
    """The asker's own address (of one forum where it is named): made, changed or turned off; or the file.

    Raises Refused for those who may not see what is booked.
    """
    asker = await rights(call, session)
    asker.require_somewhere(Action.HAVE_FEED)
    words = Words(call.words)
    page, wish = page_in(words), _wish(words)
    forum = await require_forum(words, asker) if words.text else None
    if forum is not None:
        asker.require(Action.HAVE_FEED, forum.id)
    person = asker.person
    if person is None or person.id is None:
        raise Refused(finding_texts.GONE)
    if page and forum is None:
        return Reply(Message(_others(asker, page), title=texts.TITLE))
    others = () if forum else _others(asker, 0)
    if wish == FILE:
        return await _file(call, session, asker, forum)
    if wish == TEXT:
        return _as_text(call, asker, forum)
    if not call.public_url:
        buttons = _files(forum)
        return Reply(Message((Part(lines=(texts.NOT_ON,), buttons=buttons), *others), title=texts.TITLE))
    forum_id = forum.id if forum else None
    whose = forum.name if forum else texts.MINE
    if wish == OFF:
        was_on = await revoke(session, person_id=person.id, forum_id=forum_id, now=call.now)
        if was_on:
            _trace(call, session, person, "av")
        return Reply(Message((Part(lines=(texts.OFF_DONE if was_on else texts.OFF_ALREADY,)),), title=texts.TITLE))
    if wish != NEW and await feed_of(session, person_id=person.id, forum_id=forum_id) is not None:
        stands = Part(lines=(texts.has_one(whose),), buttons=_buttons(forum, asker))
        return Reply(Message((stands, *others), title=texts.TITLE))
    _, token = await new_feed(
        session, workspace_id=call.workspace_id, person_id=person.id, forum_id=forum_id, now=call.now
    )
    _trace(call, session, person, "ny")
    address = texts.address(whose, f"{call.public_url.rstrip('/')}/kalender/{token}.ics")
    part = Part(lines=(address, texts.SECRET, texts.HOW), buttons=_buttons(forum, asker))
    return Reply(Message((part, *others), title=texts.TITLE))


def _wish(words: Words) -> str:
    """What is asked for, as the last word of a button."""
    last = (words.text.split() or [""])[-1]
    return last if last in (NEW, OFF, FILE, TEXT) and words.take_names([(last, [last])]) else ""


def _about(forum: Forum | None, wish: str) -> str:
    return f"f:{forum.id} {wish}" if forum else wish


def _files(forum: Forum | None) -> tuple[Button, ...]:
    """What is handed over as it is now: for those who subscribe to nothing."""
    return (
        Button(texts.FILE, "mote kalender", _about(forum, FILE)),
        Button(texts.TEXT, "mote kalender", _about(forum, TEXT)),
    )


def _buttons(forum: Forum | None, asker: Rights) -> tuple[Button, ...]:
    for_others = forum is not None and asker.may(Action.HAVE_FEED_FOR, forum.id)
    return (
        Button(texts.CONFIRM_NEW, "mote kalender", _about(forum, NEW), confirm=texts.ASK_NEW),
        Button(texts.OFF, "mote kalender", _about(forum, OFF), confirm=texts.ASK_OFF),
        *_files(forum),
        *((Button(texts.FOR_SOMEBODY, "kalender at", f"f:{forum.id}"),) if forum and for_others else ()),
    )


def _others(asker: Rights, page: int) -> tuple[Part, ...]:
    """Each forum's own calendar, for those who asked for all."""
    seen = asker.seen_forums(Action.HAVE_FEED)
    if len(seen) < 2:
        return ()
    return (Part(lines=(texts.WHOSE,), buttons=forum_buttons(seen, "mote kalender", page)),)


def forums_of(asker: Rights, forum_id: int | None) -> list[int]:
    """The forums a calendar may show the person today: the one asked for, or all they sit in or coordinate."""
    seen = [each.id for each in asker.seen_forums(Action.HAVE_FEED) if each.id is not None]
    if forum_id is not None:
        return [forum_id] if forum_id in seen else []
    own = [each for each in seen if each in asker.seated or asker.coordinates_forum(each)]
    return own or (seen if asker.administrator else [])


async def content_of(session: AsyncSession, feed: CalendarFeed, call: Call) -> bytes | None:
    """The feed as a file, as its owner may see it at `call.now`; None for one who may see nothing (any more)."""
    owner = await session.get(Person, feed.person_id)
    without_slack = owner is not None and owner.slack_user_id is None and not owner.deactivated
    asker = await (rights_of(owner, call, session) if owner and without_slack else rights(call, session))
    shown = forums_of(asker, feed.forum_id)
    if not shown:
        return None
    forum = asker.forums.get(feed.forum_id) if feed.forum_id is not None else None
    entries = await entries_of(session, shown, first=call.local_now.date() - BACK)
    return calendar_file(texts.name(forum.name if forum else ""), entries, whose=await _whose(session, call))


async def owner_of(session: AsyncSession, feed: CalendarFeed) -> tuple[str, str, str]:
    """(team id, user id, zone) of the one whose feed it is; "" for somebody without Slack."""
    person = await session.get(Person, feed.person_id)
    workspace = await session.get(Workspace, feed.workspace_id)
    if person is None or workspace is None:
        return "", "", "Europe/Stockholm"
    return person.slack_team_id or workspace.team_id or "", person.slack_user_id or "", workspace.zone


async def _whose(session: AsyncSession, call: Call) -> str:
    """The workspace's own team, whichever the asker's is."""
    workspace = await session.get(Workspace, call.workspace_id)
    return (workspace.team_id or "") if workspace else ""


async def _file(call: Call, session: AsyncSession, asker: Rights, forum: Forum | None) -> Reply:
    shown = forums_of(asker, forum.id if forum else None)
    first, title = call.local_now.date() - BACK, texts.name(forum.name if forum else "")
    whose = await _whose(session, call)

    async def make(reading: AsyncSession) -> bytes:
        return calendar_file(title, await entries_of(reading, shown, first=first), whose=whose)

    name = f"{slug(forum.name) if forum else 'samverkan'}.ics"
    part = Part(lines=(texts.file_on_its_way(name),), note=texts.FILE_NOTE)
    return Reply(Message((part,), title=texts.TITLE), Enclosure(name, make))


def _as_text(call: Call, asker: Rights, forum: Forum | None) -> Reply:
    """The coming meetings as a text to send to somebody without Slack."""
    shown, today = forums_of(asker, forum.id if forum else None), call.local_now.date()
    heading = texts.name(forum.name if forum else "")

    async def make(reading: AsyncSession) -> bytes:
        entries = [
            each
            for each in await entries_of(reading, shown, first=today)
            if each.kind is CommitmentKind.MEETING and not each.cancelled
        ]
        lines = [
            texts.coming(
                each.on,
                clock_time(each.at),
                each.place,
                schedule_texts.CALENDAR_INTERNAL if each.internal else each.forum,
            )
            for each in entries
        ]
        return "\n".join([heading, "", *(lines or [texts.NOTHING_BOOKED]), ""]).encode()

    name = f"moten-{slug(forum.name) if forum else 'samverkan'}.txt"
    part = Part(lines=(texts.text_on_its_way(name),), note=texts.FILE_NOTE)
    return Reply(Message((part,), title=texts.TITLE), Enclosure(name, make))


async def occasion_file(call: Call, session: AsyncSession) -> Answer:
    """The button under a summons: that occasion as a file, where it has been moved to since. Raises Refused."""
    asker = await rights(call, session)
    found = await occasion_meant(Words(call.words), session)
    if found is None:
        raise Refused(finding_texts.GONE)
    occasion, commitment = found
    asker.require(Action.SEE_BOOKED, commitment.forum_id)
    occasion_id = occasion.id or 0
    made = await occasion_calendar(session, occasion_id)
    if made is None:
        raise Refused(finding_texts.GONE)
    name = made[0]

    async def make(reading: AsyncSession) -> bytes:
        found = await occasion_calendar(reading, occasion_id)
        return found[1] if found is not None else b""

    return Reply(Message((Part(lines=(texts.file_on_its_way(name),), note=texts.FILE_NOTE),)), Enclosure(name, make))


def _trace(call: Call, session: AsyncSession, person: Person, what: str) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=person.id,
        action="mote kalender",
        subject="person",
        subject_id=person.id,
        details={"address": what},
    )
