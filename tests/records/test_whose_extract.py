"""A register extract holds everything about a person: a coordinator takes it out of their own agreements alone."""

import pytest
from sqlmodel import col, select

from commands import BY_NAME
from commands.call import Refused, Reply
from commands.permissions import NotAllowed
from commands.texts import export as texts
from storage.models import Appointment, Forum, ForumSeat, ForumSeatOption, Person
from tests.records.founding import Town
from tests.records.founding import filled_on_sqlite as filled_on_sqlite
from tests.records.founding import sqlite_town as sqlite_town
from tests.records.town import TODAY


async def asked(town: Town, who: str, words: str) -> Reply:
    async with town.database.transaction() as session:
        answer = await BY_NAME["samverkan registerutdrag"].run(town.hamlet.call(who, words), session)
    assert isinstance(answer, Reply)
    return answer


@pytest.mark.asyncio
@pytest.mark.parametrize("who", ["samordnare", "samordnare-i-mitten"])
async def test_a_coordinator_takes_out_the_extract_of_somebody_in_the_agreement(sqlite_town: Town, who: str) -> None:
    answer = await asked(sqlite_town, who, "Sven Botten")
    assert answer.enclosed is not None
    assert answer.enclosed.name.startswith("registerutdrag-sven-botten-")


@pytest.mark.asyncio
@pytest.mark.parametrize("who", ["ledamot", "gast", "extern", "ordforande", "sekreterare", "administrator", "okand"])
async def test_nobody_else_may(sqlite_town: Town, who: str) -> None:
    with pytest.raises(NotAllowed):
        await asked(sqlite_town, who, "Sven Botten")


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["Sven Grannforumet", "Sven Fjärran", "Nils Ingenstans"])
async def test_of_others_it_is_not_even_said_whether_they_are_there(sqlite_town: Town, name: str) -> None:
    with pytest.raises(Refused, match="hittar ingen") as refused:
        await asked(sqlite_town, "samordnare", name)
    assert refused.value.sentence == texts.NOBODY_FOUND


@pytest.mark.asyncio
async def test_somebody_who_also_sits_in_another_agreement_is_not_this_coordinators(sqlite_town: Town) -> None:
    async with sqlite_town.database.transaction() as session:
        sven = (await session.exec(select(Person).where(Person.name == "Sven Botten"))).one()
        lines = (
            select(ForumSeat.id).join(Forum, col(Forum.id) == ForumSeat.forum_id).where(Forum.name == "Grannforumet")
        )
        seat = (
            await session.exec(select(ForumSeatOption.seat_id).where(col(ForumSeatOption.forum_seat_id).in_(lines)))
        ).first()
        session.add(Appointment(seat_id=seat or 0, person_id=sven.id or 0, starts=TODAY))
    with pytest.raises(Refused, match="hittar ingen"):
        await asked(sqlite_town, "samordnare", "Sven Botten")
