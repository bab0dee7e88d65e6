"""Forums where nothing is ever written about individuals."""

import pytest

from commands.places import shown_count
from schedules.texts import PLACES_ONLY
from storage.models import Forum
from tests.commands.conftest import nyby_on_sqlite, sqlite_room
from tests.nyby import Room, form

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
