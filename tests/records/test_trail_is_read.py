"""`/samverkan logg` and the same as CSV: in words, newest first, fifteen at a time, and only for those who may."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from commands.call import Reply
from commands.texts import trail as texts
from commands.trail import PAGE, as_csv
from schedules.message import Button
from storage.matters import add_measure, raise_matter
from storage.models import Forum, Workspace
from storage.people import traced
from storage.terms import Visibility
from tests.nyby import Room

TITLE = "Oro vid Björkskolan"
FORUM = "planeringsgruppen"


async def left(room: Room, count: int, *, forum: str = FORUM, action: str = "mote boka") -> None:
    """Entries about a forum, a minute apart, by Anna."""
    async with room.database.transaction() as session:
        for number in range(count):
            traced(
                session,
                workspace_id=room.town.workspace,
                now=room.now + timedelta(minutes=number),
                actor="U0ANNA",
                person_id=room.town.people["anna"],
                action=action,
                subject="forum",
                subject_id=room.town.forums[forum],
            )


async def read(room: Room, who: str, line: str = "/samverkan logg") -> tuple[list[str], list[Button]]:
    """The lines of entries, and the buttons."""
    return shown(await room.says(who, line))


def shown(answer: object) -> tuple[list[str], list[Button]]:
    assert isinstance(answer, Reply)
    lines = [line for part in answer.message.parts for line in part.lines]
    return lines, [button for part in answer.message.parts for button in part.buttons]


@pytest.mark.asyncio
async def test_an_entry_says_who_did_what_when_and_about_what(room: Room) -> None:
    await left(room, 1)
    lines, _ = await read(room, "anna")
    [line] = [line for line in lines if "bokade" in line]
    assert "Anna Ekdal bokade" in line
    assert "Planeringsgruppen" in line
    assert "10.00" in line, "the local time"


@pytest.mark.asyncio
async def test_fifteen_at_a_time_and_visa_fler_goes_on_where_it_stopped(room: Room) -> None:
    await left(room, 2 * PAGE + 3)
    seen: list[str] = []
    lines, buttons = await read(room, "anna", f"/samverkan logg {FORUM}")
    for _ in range(2):
        assert len(lines) == PAGE
        seen += lines
        [more] = buttons
        assert more.label == texts.MORE == "Visa fler"
        lines, buttons = shown(await room.presses("anna", more))
    assert not buttons
    seen += lines
    assert len(seen) == len(set(seen)) == 2 * PAGE + 3, "none twice, none left out"
    assert seen == sorted(seen, reverse=True), "the newest first"


@pytest.mark.asyncio
async def test_what_is_left_meanwhile_does_not_move_the_next_page(room: Room) -> None:
    await left(room, PAGE + 2)
    first, [more] = await read(room, "anna", f"/samverkan logg {FORUM}")
    await left(room, 5, action="mote flytta")
    rest, _ = shown(await room.presses("anna", more))
    assert len(rest) == 2
    assert not set(first) & set(rest)


@pytest.mark.asyncio
async def test_a_forums_log_holds_nothing_of_another_forum(room: Room) -> None:
    await left(room, 1, forum="chefssamradet", action="mote flytta")
    await left(room, 1)
    lines, _ = await read(room, "anna", f"/samverkan logg {FORUM}")
    assert [line for line in lines if "bokade" in line]
    assert not [line for line in lines if "flyttade" in line]


@pytest.mark.asyncio
async def test_only_coordinators_and_administrators_read_it(room: Room) -> None:
    await left(room, 1)
    assert (await read(room, "hugo"))[0]
    for who in ("erik", "ivar"):
        assert "Anna" not in await room.refusal(who, f"/samverkan logg {FORUM}")


@pytest.mark.asyncio
async def test_an_administrator_reads_who_and_when_and_not_what_a_forum_wrote(room: Room) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums[FORUM])
        assert forum is not None
        matter, _ = await raise_matter(
            session,
            forum=forum,
            title=TITLE,
            text="",
            visibility=Visibility.INTERNAL.value,
            person=None,
            now=room.now,
            key="one",
        )
        measure = await add_measure(session, forum=forum, title=TITLE, due=None, now=room.now)
        for subject, subject_id in (("matter", matter.id), ("measure", measure.id)):
            traced(
                session,
                workspace_id=room.town.workspace,
                now=room.now,
                actor="U0ANNA",
                person_id=room.town.people["anna"],
                action="mote arende",
                subject=subject,
                subject_id=subject_id,
            )
    for line in ("/samverkan logg", f"/samverkan logg {FORUM}"):
        seen, _ = await read(room, "anna", line)
        assert sum(TITLE in each for each in seen) == 2, "a coordinator may read matters and measures"
        seen, _ = await read(room, "hugo", line)
        assert sum("anmälde" in each for each in seen) == 2
        assert not [each for each in seen if TITLE in each], "an administrator may not"


@pytest.mark.asyncio
async def test_an_action_without_words_of_its_own_is_shown_as_it_is(room: Room) -> None:
    await left(room, 1, action="något nytt")
    lines, _ = await read(room, "anna")
    assert [line for line in lines if "något nytt" in line]


@pytest.mark.asyncio
async def test_the_trail_as_csv_holds_the_days_asked_for_and_no_others(room: Room) -> None:
    await left(room, 3)
    first = room.now + timedelta(minutes=1)
    async with room.database.transaction() as session:
        content = await as_csv(
            session,
            workspace_id=room.town.workspace,
            zone="Europe/Stockholm",
            first=first,
            last=first + timedelta(minutes=1),
        )
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert tuple(head) == texts.HEADINGS
    [row] = rows
    found = dict(zip(head, row, strict=True))
    assert datetime.fromisoformat(found["Tid (UTC)"]).astimezone(UTC) == first
    assert (found["Namn"], found["Gjorde"], found["Kommando"]) == ("Anna Ekdal", "bokade", "mote boka")


@pytest.mark.asyncio
async def test_another_workspaces_trail_is_not_read(room: Room) -> None:
    async with room.database.transaction() as session:
        other = Workspace(team_id="T0ANDRA")
        session.add(other)
        await session.flush()
        traced(
            session,
            workspace_id=other.id or 0,
            now=room.now,
            actor="=SUMMA(A1)",
            person_id=None,
            action="mote stall-in",
            subject="forum",
            subject_id=room.town.forums[FORUM],
        )
    lines, _ = await read(room, "hugo")
    assert not [line for line in lines if "ställde in" in line]
    async with room.database.transaction() as session:
        content = await as_csv(session, workspace_id=other.id or 0, zone="Europe/Stockholm")
    assert "'=SUMMA(A1)" in content.decode("utf-8-sig"), "what somebody else chose is no formula"
