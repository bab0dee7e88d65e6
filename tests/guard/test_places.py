"""Forums where nothing is ever written about individuals."""

import re

import pytest

from commands import BY_NAME
from commands.places import shown_count
from schedules.texts import PLACES_ONLY
from storage.models import Forum
from tests.commands.conftest import nyby_on_sqlite, sqlite_room
from tests.nyby import Room, form, text

__all__ = ["nyby_on_sqlite", "sqlite_room"]


@pytest.mark.parametrize(
    ("line", "reminded"),
    [
        ("/mote arende operativa gruppen", True),
        ("/mote arende planeringsgruppen", False),
        ("/logga mote operativa gruppen", True),
        ("/logga mote chefssamrådet", False),
    ],
)
@pytest.mark.asyncio
async def test_the_line_stands_first_in_the_forms_of_such_a_forum_alone(
    sqlite_room: Room, line: str, reminded: bool
) -> None:
    shown = form(await sqlite_room.says("anna", line))
    assert (shown.fields[0].label == PLACES_ONLY) is reminded
    assert sum(field.label == PLACES_ONLY for field in shown.fields) == int(reminded)


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "färre än 5"), (4, "färre än 5"), (5, "5"), (12, "12")])
def test_a_count_that_may_tell_who_is_meant_is_not_shown(count: int, shown: str) -> None:
    places, other = (
        Forum(agreement_id=1, key="g", name="G", chair_rule={}, places_only=only) for only in (True, False)
    )
    assert shown_count(count, places) == shown
    assert shown_count(count, other) == str(count)
    assert shown_count(count, None) == str(count)


async def logged_by_few(room: Room, forum: str) -> list[str]:
    """A meeting of the forum with three who took part, corrected to two: the card, what the logger is told, what the
    forum's status shows and what the corrections show."""
    line = f"/logga mote {forum} 2027-02-01 genomfört 3 deltagare alla parter"
    said = [text(await room.says("anna", line))]
    (outcome,) = await room.outcomes()
    opened = form(await room.run(BY_NAME["logga mote"], room.call("anna", f"o:{outcome.occasion_id}")))
    said.append(text(await room.sends("anna", opened, participants="2")))
    said += [each.plain() for each in await room.told(forum.replace(" ", "-"))]
    said.append(text(await room.says("anna", f"/lage {forum}")))
    said.append(text(await room.run(BY_NAME["utfall andringar"], room.call("anna", f"o:{outcome.occasion_id}"))))
    return said


@pytest.mark.asyncio
async def test_few_participants_are_not_counted_out_anywhere_in_such_a_forum(sqlite_room: Room) -> None:
    shown = await logged_by_few(sqlite_room, "operativa gruppen")
    assert len(shown) >= 5
    for each in shown:
        assert "färre än 5" in each or "Deltagare" not in each, each
        assert not re.search(r"\b[23] deltagare|Deltagare: [23]", each), each
    assert any("färre än 5 deltagare" in each for each in shown)


@pytest.mark.asyncio
async def test_elsewhere_few_participants_are_counted(sqlite_room: Room) -> None:
    shown = await logged_by_few(sqlite_room, "planeringsgruppen")
    assert any("3 deltagare" in each for each in shown)
    assert not any("färre än" in each for each in shown)
