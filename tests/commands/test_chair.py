"""Who chairs, who is next, passing the chair on once, and the answer that the agreement lacks."""

import asyncio
from datetime import date

import pytest
from sqlmodel import select

from commands.call import Answer, Form, Refused
from storage.chairs import history
from storage.message import decoded
from storage.models import Agreement, AuditEntry, ChairAnchor, Forum, Outgoing
from tests.nyby import Room, button, form, reply, text, values

PLANNING = "planeringsgruppen"
CARE, POLICE = "Kommunens säkerhetschef", "Kommunpolis"
TODAY = date(2027, 10, 20)


async def turns(room: Room, forum: str = PLANNING) -> list[tuple[str, date, date | None, bool]]:
    async with room.database.reading() as session:
        rows = await history(session, forum_id=room.town.forums[forum])
    return [(row.seat_title, row.starts, row.ends, row.by_decision) for row in rows]


async def told_people(room: Room) -> dict[str, str]:
    """What waits for people by themselves, by first name."""
    names = {number: name for name, number in room.town.people.items()}
    async with room.database.reading() as session:
        rows = (await session.exec(select(Outgoing))).all()
    return {names[row.person_id]: decoded(row.payload).plain() for row in rows if row.person_id and row.payload}


async def forget_the_anchor(room: Room) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums[PLANNING])
        assert forum is not None
        forum.chair_rule = forum.chair_rule | {"anchor_seat": None, "anchor_from": None, "term_months": None}
        session.add(forum)


async def answers(room: Room, opened: Form, **fields: str) -> Answer:
    """Anna's answer to whose turn it is, confirmed; what she was shown first."""
    asked = await room.sends("anna", opened, **fields)
    await room.presses("anna", button(asked, "Ja, spara"))
    return asked


@pytest.mark.asyncio
async def test_it_says_who_chairs_since_when_until_when_and_who_is_next(room: Room) -> None:
    shown = text(await room.says("farah", "/ordforande planeringsgruppen"))
    assert (
        "Ordförande: Kommunens säkerhetschef, Anna Ekdal, sedan fre 1 jan 2027, till och med fre 31 dec 2027" in shown
    )
    assert "Härnäst: Kommunpolis, Bertil Norgren, från lör 1 jan 2028" in shown


@pytest.mark.asyncio
async def test_only_the_forums_i_may_see_are_shown(room: Room) -> None:
    assert [part.heading for part in reply(await room.says("erik", "/ordforande")).parts] == ["Operativa gruppen"]
    assert len(reply(await room.says("disa", "/ordforande")).parts) == 3
    assert "Planeringsgruppen" in await room.refusal("erik", "/ordforande planeringsgruppen")
    assert "kan därför inte se" in await room.refusal("erik", "/ordforande prognos planeringsgruppen")


@pytest.mark.asyncio
async def test_a_vacant_chair_is_said_to_be_vacant(room: Room) -> None:
    shown = text(await room.says("disa", "/ordforande chefssamrådet"))
    assert "Härnäst: Distriktschef Södertörns brandförsvaret (vakant), från lör 1 jan 2028" in shown


@pytest.mark.asyncio
async def test_before_the_first_turn_it_says_who_begins(room: Room) -> None:
    async with room.database.transaction() as session:
        agreement = await session.get(Agreement, room.town.agreement)
        forum = await session.get(Forum, room.town.forums[PLANNING])
        assert agreement is not None
        assert forum is not None
        forum.chair_rule = forum.chair_rule | {"anchor_from": "2028-01-01"}
        session.add(forum)
    shown = text(await room.says("anna", "/ordforande planeringsgruppen"))
    assert "Härnäst: Kommunens säkerhetschef, Anna Ekdal, från lör 1 jan 2028" in shown
    assert "säger inte" not in shown


@pytest.mark.asyncio
async def test_five_years_ahead_reach_no_further_than_the_agreement(room: Room) -> None:
    lines = reply(await room.says("farah", "/ordforande prognos planeringsgruppen")).parts[0].lines
    assert lines == (
        "• ons 20 okt 2027–fre 31 dec 2027: Kommunens säkerhetschef, Anna Ekdal",
        "• lör 1 jan 2028–sön 31 dec 2028: Kommunpolis, Bertil Norgren",
        "• mån 1 jan 2029–mån 31 dec 2029: Kommunens säkerhetschef, Anna Ekdal",
        "• tis 1 jan 2030–tis 31 dec 2030: Kommunpolis, Bertil Norgren",
        "Överenskommelsen gäller till och med tis 31 dec 2030. Vad som gäller därefter är inte bestämt.",
    )


@pytest.mark.asyncio
async def test_passing_on_first_shows_whose_turns_change_and_changes_nothing(room: Room) -> None:
    shown = text(await room.says("anna", "/ordforande rotera planeringsgruppen"))
    assert "lämnar över till Kommunpolis, Bertil Norgren som ordförande från och med ons 20 okt 2027" in shown
    assert "• ons 20 okt 2027–fre 31 dec 2027: Kommunpolis i stället för Kommunens säkerhetschef" in shown
    assert await turns(room) == []
    assert await room.told(PLANNING) == []


@pytest.mark.parametrize("slash", ["/ordforande rotera", "/ordforande ankare", "/ordforande byt"])
@pytest.mark.asyncio
async def test_without_a_name_the_forums_whose_chair_one_may_pass_on_are_buttons(sqlite_room: Room, slash: str) -> None:
    named = await sqlite_room.says("anna", f"{slash} planeringsgruppen")
    pressed = await sqlite_room.presses("anna", button(await sqlite_room.says("anna", slash), "Planeringsgruppen"))
    assert pressed == named
    assert await sqlite_room.refusal("fatima", slash)


@pytest.mark.asyncio
async def test_confirming_passes_the_chair_on_keeps_history_and_tells_the_forum(room: Room) -> None:
    asked = await room.says("anna", "/ordforande rotera planeringsgruppen")
    done = await room.presses("anna", button(asked, "Ja, lämna över"))
    assert "Kommunpolis, Bertil Norgren är nu ordförande i Planeringsgruppen" in text(done)
    assert await turns(room) == [
        (CARE, date(2027, 1, 1), date(2027, 10, 19), False),
        (POLICE, TODAY, date(2028, 12, 31), True),
    ]
    (message,) = await room.told(PLANNING)
    assert "ny ordförande" in message.plain()
    assert "Tack till Anna Ekdal." in message.plain()
    assert "Överlämningen gjordes av Anna Ekdal." in message.plain()
    async with room.database.reading() as session:
        trail = (await session.exec(select(AuditEntry).where(AuditEntry.action == "ordforande rotera"))).all()
        agreement = await session.get(Agreement, room.town.agreement)
    assert len(trail) == 1
    assert agreement is not None
    assert agreement.next_due_at is None  # the planner looks again
    shown = text(await room.says("farah", "/ordforande planeringsgruppen"))
    assert "Ordförande: Kommunpolis, Bertil Norgren, sedan ons 20 okt 2027, till och med sön 31 dec 2028" in shown
    assert "Härnäst: Kommunens säkerhetschef, Anna Ekdal, från mån 1 jan 2029" in shown


@pytest.mark.asyncio
async def test_exactly_those_whose_turn_changes_are_told_but_not_who_did_it(room: Room) -> None:
    asked = await room.says("anna", "/ordforande rotera planeringsgruppen")
    await room.presses("anna", button(asked, "Ja, lämna över"))
    told = await told_people(room)
    assert list(told) == ["bertil"]
    assert "din tur som ordförande ändras" in told["bertil"]


@pytest.mark.asyncio
async def test_pressing_twice_passes_on_once(room: Room) -> None:
    asked = await room.says("anna", "/ordforande rotera planeringsgruppen")
    await room.presses("anna", button(asked, "Ja, lämna över"))
    again = text(await room.presses("cecilia", button(asked, "Ja, lämna över")))
    assert "Redan gjort" in again
    assert "Kommunpolis, Bertil Norgren är ordförande nu" in again
    assert len(await turns(room)) == 2
    assert len(await room.told(PLANNING)) == 1


@pytest.mark.asyncio
async def test_two_who_confirm_in_the_same_instant_pass_on_once(room: Room) -> None:
    yes = button(await room.says("anna", "/ordforande rotera planeringsgruppen"), "Ja, lämna över")
    answers = await asyncio.gather(*[room.presses(who, yes) for who in ("anna", "bertil", "cecilia")])
    assert sorted("Redan gjort" in text(answer) for answer in answers) == [False, True, True]
    assert [seat for seat, *_ in await turns(room)] == [CARE, POLICE]
    assert len(await room.told(PLANNING)) == 1


@pytest.mark.asyncio
async def test_an_old_question_passes_nothing_on_though_the_chair_went_round_and_back_the_same_day(room: Room) -> None:
    first = button(await room.says("anna", "/ordforande rotera planeringsgruppen"), "Ja, lämna över")
    await room.presses("anna", first)
    back = button(await room.says("anna", "/ordforande rotera planeringsgruppen"), "Ja, lämna över")
    await room.presses("anna", back)
    for old in (first, back):
        assert "Redan gjort" in text(await room.presses("bertil", old))
    assert "Ordförande: Kommunens säkerhetschef" in text(await room.says("anna", "/ordforande planeringsgruppen"))
    assert len(await room.told(PLANNING)) == 2


@pytest.mark.asyncio
async def test_the_incoming_chair_may_not_take_the_chair_but_the_chair_may_give_it(room: Room) -> None:
    assert "ordföranden i Chefssamrådet" in await room.refusal("disa", "/ordforande rotera chefssamrådet")
    asked = await room.says("gustav", "/ordforande rotera chefssamrådet")
    with pytest.raises(Refused):
        await room.presses("disa", button(asked, "Ja, lämna över"))
    await room.presses("gustav", button(asked, "Ja, lämna över"))
    assert len(await turns(room, "chefssamradet")) == 2


@pytest.mark.asyncio
async def test_a_fixed_chair_is_not_passed_on(room: Room) -> None:
    assert "växlar inte" in await room.refusal("anna", "/ordforande rotera operativa gruppen")
    assert "växlar inte" in await room.refusal("anna", "/ordforande ankare operativa gruppen")
    shown = await room.says("anna", "/ordforande operativa gruppen")
    assert "Ordförande: Kommunens säkerhetschef, Anna Ekdal" in text(shown)
    assert "Lämna över" not in [each.label for each in reply(shown).parts[0].buttons]


# --- the answer the agreement lacks -----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_the_agreement_does_not_say_is_said_and_asked_of_coordinators_only(room: Room) -> None:
    await forget_the_anchor(room)
    coordinator, member = [await room.says(who, "/ordforande planeringsgruppen") for who in ("anna", "farah")]
    assert "säger inte vems tur det är och hur länge en tur varar" in text(coordinator)
    assert [each.label for each in reply(coordinator).parts[0].buttons] == ["Ange vems tur det är"]
    assert reply(member).parts[0].buttons == ()
    assert "samordnare" in await room.refusal("farah", "/ordforande ankare planeringsgruppen")
    assert "Ange det först" in await room.refusal("anna", "/ordforande rotera planeringsgruppen")


@pytest.mark.asyncio
async def test_the_answer_is_stored_told_to_the_forum_and_counted_from(room: Room) -> None:
    await forget_the_anchor(room)
    opened = form(
        await room.presses(
            "anna", button(await room.says("anna", "/ordforande planeringsgruppen"), "Ange vems tur det är")
        )
    )
    assert values(opened) == {"seat": "", "from_day": "2027-01-01", "term": "12"}
    asked = await room.sends("anna", opened, seat="1", from_day="2027-07-01", term="6")
    assert "Turordningen räknas från tors 1 juli 2027, med Kommunpolis först." in text(asked)
    assert await room.rows(ChairAnchor) == []
    assert await room.told(PLANNING) == []
    saved = text(await room.presses("anna", button(asked, "Ja, spara")))
    assert "Ordförande: Kommunpolis, Bertil Norgren, sedan tors 1 juli 2027, till och med fre 31 dec 2027" in saved
    assert "Härnäst: Kommunens säkerhetschef, Anna Ekdal, från lör 1 jan 2028" in saved
    (message,) = await room.told(PLANNING)
    assert "turordningen är angiven" in message.plain()
    assert "Det angavs av Anna Ekdal." in message.plain()


@pytest.mark.asyncio
async def test_an_answer_with_mistakes_names_each_field_and_stores_nothing(room: Room) -> None:
    await forget_the_anchor(room)
    opened = form(await room.says("anna", "/ordforande ankare planeringsgruppen"))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, seat="7", from_day="", term="13")
    assert set(refused.value.fields) == {"seat", "from_day", "term"}
    assert await room.rows(ChairAnchor) == []


@pytest.mark.asyncio
async def test_a_later_answer_changes_the_turns_from_its_day_and_rewrites_no_history(room: Room) -> None:
    await forget_the_anchor(room)
    first = form(await room.says("anna", "/ordforande ankare planeringsgruppen"))
    await answers(room, first, seat="0", from_day="2027-01-01", term="6")
    again = form(await room.says("anna", "/ordforande ankare planeringsgruppen"))
    assert values(again) == {"seat": "0", "from_day": "2027-01-01", "term": "6"}
    asked = await answers(room, again, seat="0", from_day="2027-10-01", term="12")
    assert "• ons 20 okt 2027–fre 31 dec 2027: Kommunens säkerhetschef i stället för Kommunpolis" in text(asked)
    assert await turns(room) == [
        (CARE, date(2027, 1, 1), date(2027, 6, 30), False),
        (POLICE, date(2027, 7, 1), date(2027, 10, 19), False),  # the police had the chair until today, and had it
    ]
    shown = text(await room.says("anna", "/ordforande planeringsgruppen"))
    assert (
        "Ordförande: Kommunens säkerhetschef, Anna Ekdal, sedan ons 20 okt 2027, till och med lör 30 sep 2028" in shown
    )
    told = await told_people(room)
    assert set(told) == {"bertil"}  # Anna gave the answer herself


@pytest.mark.asyncio
async def test_an_answer_to_whose_turn_it_is_is_taken_back_the_same_day(room: Room) -> None:
    await forget_the_anchor(room)
    before = text(await room.says("anna", "/ordforande prognos planeringsgruppen"))
    asked = await room.sends(
        "anna", form(await room.says("anna", "/ordforande ankare planeringsgruppen")), seat="0", term="6"
    )
    done = await room.presses("anna", button(asked, "Ja, spara"))
    after = text(await room.says("anna", "/ordforande prognos planeringsgruppen"))
    assert after != before
    await room.presses("anna", button(done, "Ångra"))
    assert text(await room.says("anna", "/ordforande prognos planeringsgruppen")) == before
    assert "inte längre" in text(await room.presses("anna", button(done, "Ångra")))
    with pytest.raises(Refused):  # the question was about what no longer stands
        room.on(date(2027, 10, 21))
        await answers(room, form(await room.says("anna", "/ordforande ankare planeringsgruppen")), seat="9")


@pytest.mark.asyncio
async def test_two_who_answer_at_once_answer_once(room: Room) -> None:
    await forget_the_anchor(room)
    yes = []
    for who, seat in (("anna", "0"), ("bertil", "1")):
        opened = form(await room.says(who, "/ordforande ankare planeringsgruppen"))
        yes.append(button(await room.sends(who, opened, seat=seat, term="12"), "Ja, spara"))
    done = await asyncio.gather(room.presses("anna", yes[0]), room.presses("bertil", yes[1]), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Refused", "Reply"]
    assert len(await room.rows(ChairAnchor)) == 1


@pytest.mark.asyncio
async def test_where_the_agreement_gives_the_length_of_a_turn_it_is_not_asked_for(room: Room) -> None:
    opened = form(await room.says("anna", "/ordforande ankare chefssamrådet"))
    assert isinstance(opened, Form)
    assert [each.name for each in opened.fields] == ["seat", "from_day"]
    assert len(opened.fields[0].options) == 3
    await answers(room, opened, seat="2", from_day="2028-01-01")
    shown = text(await room.says("gustav", "/ordforande chefssamrådet"))
    assert (
        "Ordförande: Lokalpolisområdeschef, Gustav Dahlgren, sedan fre 1 jan 2027, till och med fre 31 dec 2027"
        in shown
    )
    assert "Härnäst: Kommundirektör, Disa Holmlund, från lör 1 jan 2028" in shown


# --- words nobody understands -----------------------------------------------------------------------------------------

SLIPS = [
    ("/ordforande rotra planeringsgruppen", ("rotra", "/ordforande rotera")),
    ("/ordforande chefssamrodet", ("chefssamrodet", "/ordforande Chefssamrådet")),
    ("/ordforande prognos planeringsgrupen", ("planeringsgrupen", "Planeringsgruppen")),
    ("/ordforande planeringsgruppen nästa vecka", ("nästa vecka",)),
    ("/ordforande rotera planeringsgruppen genast", ("genast",)),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("line", "said"), SLIPS)
async def test_what_was_not_understood_is_named_with_the_nearest_right_form(
    sqlite_room: Room, line: str, said: tuple[str, ...]
) -> None:
    room = sqlite_room
    sentence = await room.refusal("anna", line)
    assert all(each in sentence for each in said), sentence


@pytest.mark.asyncio
async def test_a_personal_identity_number_among_the_words_is_not_repeated(sqlite_room: Room) -> None:
    room = sqlite_room
    sentence = await room.refusal("anna", "/ordforande 640823-3234")
    assert "640823" not in sentence
