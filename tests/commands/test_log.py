"""Logging what came of things, told as what Nyby's people type, press and fill in."""

import asyncio
from dataclasses import replace
from datetime import date, time

import pytest
from sqlmodel import select

from commands import BY_NAME
from commands.call import Form, Refused
from schedules.message import Button
from storage.models import Agreement, AuditEntry, Commitment, Notice, NoticeState
from storage.occasions import book, cancel, move, outcomes_of
from storage.outbox import tell
from storage.terms import OccasionState
from tests.nyby import Room, button, form, reply, text, values

WALK = "aktivitet-trygghetsvandring"
COMPLETE = "/logga aktivitet trygghetsvandring 14 okt genomförd 12 deltagare kommun polis Centrum"
HELD, PARTLY, CANCELLED = OccasionState.HELD, OccasionState.PARTLY, OccasionState.CANCELLED
KOMMUN, POLIS, BRAND = "Nykvarns kommun", "Södertälje lokalpolisområde", "Södertörns brandförsvarsförbund"


async def planned(room: Room, commitment: str, on: date, at: str | None = None, place: str = "") -> int:
    """An occasion booked by Anna."""
    async with room.database.transaction() as session:
        occasion, _ = await book(
            session,
            commitment_id=room.town.commitments[commitment],
            on=on,
            at=at,
            place=place,
            person_id=room.town.people["anna"],
            now=room.now,
        )
    assert occasion.id is not None
    return occasion.id


# --- by words ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_complete_words_log_at_once_and_tell_the_forum(room: Room) -> None:
    answer = await room.says("anna", COMPLETE)
    assert "Tack, det är loggat." in text(answer)
    assert "Trygghetsvandring tors 14 okt 2027 (v. 41), Centrum, 12 deltagare" in text(answer)
    assert "1 av 2" in text(answer)
    assert button(answer, "Ändra").command == "logga aktivitet"
    (outcome,) = await room.outcomes()
    assert (outcome.state, outcome.on, outcome.place) == (HELD, date(2027, 10, 14), "Centrum")
    assert (outcome.participants, outcome.parties) == (12, [KOMMUN, POLIS])
    assert (outcome.logged_by, outcome.logged_by_name) == (room.town.people["anna"], "Anna Ekdal")
    (occasion,) = await room.occasions(WALK)
    assert (occasion.state, occasion.on) == (HELD, date(2027, 10, 14))
    (told,) = await room.told("planeringsgruppen")
    assert "Trygghetsvandring: loggat av Anna Ekdal" in told.plain()
    assert "12 deltagare" in told.plain()
    assert told.parts[0].buttons == (Button("Ändra", "logga aktivitet", f"o:{occasion.id}"),)
    async with room.database.reading() as session:
        trail = (await session.exec(select(AuditEntry).where(AuditEntry.subject == "outcome"))).one()
        agreement = (await session.exec(select(Agreement))).one()
    assert (trail.actor, trail.action, trail.subject_id) == ("U0ANNA", "logga aktivitet", outcome.id)
    assert agreement.next_due_at is None
    assert "Centrum" not in str(trail.details)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "line",
    [
        "/logga trygghetsvandringen 14 okt genomförd 12 deltagare kommun polis Centrum",
        "/logga aktivitet Trygghetsvandring, 2027-10-14, genomförd, 12 st, kommun och polis, Centrum",
        "/logga aktivitet 12 deltagare från kommunen och polisen genomförd trygghetsvandring i Centrum 14/10",
        "/logga aktivitet vandring tors 14 okt kl 17–19 genomfört ca 12 personer polisen kommunen Centrum",
    ],
)
async def test_the_words_may_stand_in_any_order_and_form(sqlite_room: Room, line: str) -> None:
    room = sqlite_room
    assert "Tack, det är loggat." in text(await room.says("anna", line))
    (outcome,) = await room.outcomes()
    assert (outcome.on, outcome.participants, outcome.place) == (date(2027, 10, 14), 12, "Centrum")
    assert outcome.parties == [KOMMUN, POLIS]


@pytest.mark.asyncio
async def test_all_parties_are_the_agreements_own(sqlite_room: Room) -> None:
    room = sqlite_room
    await room.says("anna", "/logga möte planeringsgruppen 12 okt hölls 9 deltagare alla parter")
    (outcome,) = await room.outcomes()
    assert outcome.parties == [KOMMUN, POLIS, BRAND]


@pytest.mark.asyncio
@pytest.mark.parametrize("words", ["inställd", "inte genomförd", "blev inte av", "avbokad"])
async def test_a_cancelled_one_needs_no_numbers(sqlite_room: Room, words: str) -> None:
    room = sqlite_room
    answer = await room.says("anna", f"/logga aktivitet trygghetsvandring 14 okt {words}")
    assert "Inställd: Trygghetsvandring" in text(answer)
    (outcome,) = await room.outcomes()
    assert (outcome.state, outcome.participants, outcome.parties) == (CANCELLED, None, [])
    assert "0 av 2" in text(answer)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("/logga aktivitet", {"activity": "", "participants": ""}),
        (
            "/logga aktivitet trygghetsvandring 14 okt genomförd 12 deltagare",
            {"participants": "12", "on": "2027-10-14"},
        ),
        ("/logga aktivitet trygghetsvandring 14 okt 12 deltagare kommun polis", {"parties": (KOMMUN, POLIS)}),
        ("/logga aktivitet trygghetsvandring delvis 12 deltagare kommun", {"outcome": "partly", "on": "2027-10-20"}),
    ],
)
async def test_words_that_lack_something_fill_the_form_in(
    sqlite_room: Room, line: str, filled: dict[str, object]
) -> None:
    room = sqlite_room
    shown = values(form(await room.says("anna", line)))
    assert {name: shown[name] for name in filled} == filled
    assert await room.outcomes() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "left"),
    [
        (f"{COMPLETE} och 5 till som gick hem tidigt", "Centrum och 5 till som gick hem tidigt"),
        ("/logga aktivitet trygghetsvandring 14 okt inte klar 12 deltagare kommun", "inte klar"),
        (f"{COMPLETE} med <@U0BERTIL>", "Centrum med <@U0BERTIL>"),
    ],
)
async def test_what_is_not_understood_is_never_stored_unasked(sqlite_room: Room, line: str, left: str) -> None:
    room = sqlite_room
    opened = form(await room.says("anna", line))
    shown = values(opened)
    assert left in str(shown["text"]) or left in str(shown["place"])
    assert await room.outcomes() == []


@pytest.mark.asyncio
async def test_a_misspelt_activity_is_named_with_the_nearest_and_the_rest_is_kept(sqlite_room: Room) -> None:
    room = sqlite_room
    sentence = await room.refusal("anna", "/logga aktivitet trygghetsvadring")
    assert "”trygghetsvadring”. Menade du Trygghetsvandring?" in sentence
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvadring 14 okt genomförd 12 deltagare"))
    assert "Menade du Trygghetsvandring" in opened.fields[0].label
    assert (values(opened)["on"], values(opened)["participants"]) == ("2027-10-14", "12")
    assert await room.outcomes() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/logga aktivitet trygghetsvandring 30 feb genomförd", "finns inte i kalendern"),
        ("/logga aktivitet trygghetsvandring fre 14 okt genomförd", "är en torsdag, inte en fredag"),
        ("/logga aktivitet trygghetsvandring 14 okt genomförd inställd", "Vilket var det"),
        ("/logga aktivitet trygghet 14 okt genomförd", "Trygghetsvandring eller Trygghetskväll"),
        ("/logga aktivitet trygghetsvandring 2027-11-14 genomförd 12 st kommun", "inte varit än"),
        ("/logga aktivitet trygghetsvandring 2026-10-14 genomförd 12 st kommun", "gäller från fre 1 jan 2027"),
        ("/logga aktivitet trygghetsvandring 14 okt genomförd 100001 st kommun", "Skriv antalet"),
        ("/logga fika", "hittar inget som heter ”fika”"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_stored(sqlite_room: Room, line: str, sentence: str) -> None:
    room = sqlite_room
    assert sentence in await room.refusal("anna", line)
    assert await room.outcomes() == []
    assert await room.occasions() == []


@pytest.mark.asyncio
async def test_a_follow_up_is_found_by_its_whole_name_though_another_begins_like_a_party(
    sqlite_room: Room,
) -> None:
    room = sqlite_room
    answer = await room.says("anna", "/logga uppföljning kommun polis lägesbild 3 sep klar 4 st")
    assert "Uppdatering av lägesbilden" in text(answer)


@pytest.mark.asyncio
async def test_alone_it_asks_what_with_buttons_that_open_the_forms(sqlite_room: Room) -> None:
    room = sqlite_room
    answer = await room.says("anna", "/logga")
    opened = [form(await room.presses("anna", each)) for part in reply(answer).parts for each in part.buttons]
    assert [each.command for each in opened] == ["logga aktivitet", "logga mote", "logga uppfoljning"]


# --- saying it twice, correcting --------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_saying_it_twice_is_harmless_whoever_says_it(room: Room) -> None:
    await room.says("anna", COMPLETE)
    again = await room.says("bertil", COMPLETE)
    assert "Redan loggat ons 20 okt 2027 av Anna Ekdal" in text(again)
    other = await room.says("bertil", COMPLETE.replace("12", "15"))
    assert "Redan loggat" in text(other)
    assert "12 deltagare" in text(other)
    assert len(await room.outcomes()) == 1
    assert len(await room.told("planeringsgruppen")) == 1


@pytest.mark.asyncio
async def test_change_always_opens_what_stands_and_stores_a_new_version(room: Room) -> None:
    answer = await room.says("anna", COMPLETE)
    opened = form(await room.presses("bertil", button(answer, "Ändra")))
    assert len(await room.outcomes()) == 1
    assert values(opened)["participants"] == "12"
    assert values(opened)["parties"] == (KOMMUN, POLIS)
    corrected = await room.sends("bertil", opened, participants="14", text="Mörkt vid stationen")
    assert "ny version" in text(corrected)
    first, second = await room.outcomes()
    assert (first.version, first.participants, first.logged_by_name) == (1, 12, "Anna Ekdal")
    assert (second.version, second.participants, second.logged_by_name) == (2, 14, "Bertil Norgren")
    told = await room.told("planeringsgruppen")
    assert "rättat av Bertil Norgren" in told[-1].plain()
    assert "14 deltagare" in told[-1].plain()
    assert "Mörkt vid stationen" in told[-1].plain()


@pytest.mark.asyncio
async def test_a_correction_that_changes_nothing_stores_nothing_and_tells_nobody(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.presses("anna", button(await room.says("anna", COMPLETE), "Ändra")))
    assert "Inget är ändrat" in text(await room.sends("anna", opened))
    assert len(await room.outcomes()) == 1
    assert len(await room.told("planeringsgruppen")) == 1


@pytest.mark.asyncio
async def test_the_channel_is_told_only_of_what_it_is_shown(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    answer = await room.sends("anna", opened, text="Mörkt. " * 100)
    told = await room.told("planeringsgruppen")
    assert told[-1].plain().endswith("…")
    assert len(told[-1].plain()) < 500
    again = form(await room.presses("anna", button(answer, "Ändra")))
    await room.sends("anna", again, text="Mörkt. " * 100 + "Slut.")
    assert len(await room.outcomes()) == 2
    assert len(await room.told("planeringsgruppen")) == 1


@pytest.mark.asyncio
async def test_correcting_the_day_moves_the_occasion_and_keeps_what_was_logged(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.presses("anna", button(await room.says("anna", COMPLETE), "Ändra")))
    await room.sends("anna", opened, on="2027-10-12")
    (occasion,) = await room.occasions(WALK)
    assert occasion.on == date(2027, 10, 12)
    async with sqlite_room.database.reading() as session:
        versions = await outcomes_of(session, occasion_id=occasion.id or 0)
    assert [each.on for each in versions] == [date(2027, 10, 14), date(2027, 10, 12)]


@pytest.mark.asyncio
async def test_a_correction_cannot_turn_one_activity_into_another(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.presses("anna", button(await room.says("anna", COMPLETE), "Ändra")))
    activity = next(each for each in opened.fields if each.name == "activity")
    assert len(activity.options) == 1
    other = str(room.town.commitments["aktivitet-trygghetskvall"])
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, activity=other)
    assert "activity" in refused.value.fields


@pytest.mark.asyncio
async def test_two_who_correct_at_once_the_second_sees_the_first_and_loses_nothing(room: Room) -> None:
    change = button(await room.says("anna", COMPLETE), "Ändra")
    annas, bertils = form(await room.presses("anna", change)), form(await room.presses("bertil", change))
    await room.sends("anna", annas, participants="13")
    beaten = form(await room.sends("bertil", bertils, participants="14", text="Mörkt vid stationen"))
    assert "Anna Ekdal hann före" in beaten.fields[0].label
    assert "13 deltagare" in beaten.fields[0].label
    assert (values(beaten)["participants"], values(beaten)["text"]) == ("14", "Mörkt vid stationen")
    assert len(await room.outcomes()) == 2
    await room.sends("bertil", beaten)
    assert [each.participants for each in await room.outcomes()] == [12, 13, 14]


@pytest.mark.asyncio
async def test_two_who_log_at_the_same_moment_log_once(room: Room) -> None:
    await asyncio.gather(*(room.says(who, COMPLETE) for who in ("anna", "bertil", "cecilia", "farah")))
    assert len(await room.outcomes()) == 1
    assert len(await room.occasions(WALK)) == 1
    assert len(await room.told("planeringsgruppen")) == 1


@pytest.mark.asyncio
async def test_two_different_forms_at_the_same_moment_give_one_version_and_one_form_back(room: Room) -> None:
    await planned(room, WALK, date(2027, 10, 14))
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    answers = await asyncio.gather(
        room.sends("anna", opened, participants="12"), room.sends("bertil", opened, participants="15")
    )
    assert sum(isinstance(each, Form) for each in answers) == 1
    assert len(await room.outcomes()) == 1


# --- which occasion ---------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_planned_occasion_of_the_day_is_the_one_logged(sqlite_room: Room) -> None:
    room = sqlite_room
    occasion_id = await planned(room, WALK, date(2027, 10, 14), "17:00", "Stationen")
    await room.says("anna", COMPLETE.removesuffix(" Centrum"))
    (occasion,) = await room.occasions(WALK)
    assert (occasion.id, occasion.state, occasion.place) == (occasion_id, HELD, "Stationen")


@pytest.mark.asyncio
async def test_one_that_should_have_been_nearby_is_used_up_and_that_is_said(sqlite_room: Room) -> None:
    room = sqlite_room
    occasion_id = await planned(room, WALK, date(2027, 10, 12))
    answer = await room.says("anna", COMPLETE)
    assert "Det räknas som tillfället som var bokat tis 12 okt 2027." in text(answer)
    (occasion,) = await room.occasions(WALK)
    assert (occasion.id, occasion.on) == (occasion_id, date(2027, 10, 14))


@pytest.mark.asyncio
async def test_an_extra_one_does_not_use_up_the_one_booked_for_next_week(sqlite_room: Room) -> None:
    room = sqlite_room
    later = await planned(room, WALK, date(2027, 10, 21))
    await room.says("anna", COMPLETE)
    waiting, logged = await room.occasions(WALK)
    assert (waiting.id, waiting.state, waiting.on) == (later, OccasionState.PLANNED, date(2027, 10, 21))
    assert logged.state is HELD


@pytest.mark.asyncio
async def test_the_second_of_two_planned_the_same_day_can_be_logged_too(sqlite_room: Room) -> None:
    room = sqlite_room
    await planned(room, WALK, date(2027, 10, 14), "17:00")
    await planned(room, WALK, date(2027, 10, 14), "21:00")
    await room.says("anna", COMPLETE)
    await room.says("anna", COMPLETE.replace("12", "15"))
    assert [each.state for each in await room.occasions(WALK)] == [HELD, HELD]
    assert "Redan loggat" in text(await room.says("anna", COMPLETE))


@pytest.mark.asyncio
async def test_a_reminders_button_opens_the_form_on_its_occasion(sqlite_room: Room) -> None:
    room = sqlite_room
    occasion_id = await planned(room, WALK, date(2027, 10, 14), "17:00", "Stationen")
    opened = form(await room.presses("farah", Button("Logga", "logga aktivitet", f"o:{occasion_id}")))
    assert (values(opened)["on"], values(opened)["place"]) == ("2027-10-14", "Stationen")
    await room.sends("farah", opened, outcome="partly", participants="5", parties=[POLIS], goal_result="Två nya lampor")
    (outcome,) = await room.outcomes()
    assert (outcome.occasion_id, outcome.state, outcome.goal_result) == (occasion_id, PARTLY, "Två nya lampor")


@pytest.mark.asyncio
async def test_a_button_with_activity_and_day_opens_the_form_filled_in(sqlite_room: Room) -> None:
    room = sqlite_room
    commitment = room.town.commitments[WALK]
    opened = form(await room.presses("anna", Button("Logga", "logga aktivitet", f"c:{commitment} 2027-10-14")))
    assert (values(opened)["activity"], values(opened)["on"]) == (str(commitment), "2027-10-14")


@pytest.mark.asyncio
async def test_a_button_whose_occasion_is_of_another_kind_opens_the_right_form(sqlite_room: Room) -> None:
    room = sqlite_room
    meeting = await planned(room, "mote-planeringsgruppen", date(2027, 10, 14))
    opened = form(await room.presses("anna", Button("Logga", "logga aktivitet", f"o:{meeting}")))
    assert opened.command == "logga mote"
    assert values(opened)["activity"] == str(room.town.commitments["mote-planeringsgruppen"])


@pytest.mark.asyncio
async def test_an_old_button_means_what_the_occasion_was_moved_to(sqlite_room: Room) -> None:
    room = sqlite_room
    old = await planned(room, WALK, date(2027, 10, 12))
    async with sqlite_room.database.transaction() as session:
        occasion = next(each for each in await room.occasions(WALK) if each.id == old)
        new = await move(
            session,
            await session.merge(occasion),
            on=date(2027, 10, 19),
            at=None,
            place="Torget",
            person_id=None,
            now=room.now,
        )
    assert new is not None
    opened = form(await room.presses("anna", Button("Logga", "logga aktivitet", f"o:{old}")))
    assert (values(opened)["on"], values(opened)["place"]) == ("2027-10-19", "Torget")
    assert opened.context["occasion"] == str(new.id)


@pytest.mark.asyncio
async def test_one_called_off_is_shown_as_such_when_logged(sqlite_room: Room) -> None:
    room = sqlite_room
    await planned(room, WALK, date(2027, 10, 14))
    async with sqlite_room.database.transaction() as session:
        assert await cancel(session, await session.merge((await room.occasions(WALK))[0]), now=room.now)
    (occasion,) = await room.occasions(WALK)
    opened = form(await room.presses("anna", Button("Logga", "logga aktivitet", f"o:{occasion.id}")))
    assert values(opened)["outcome"] == "cancelled"


@pytest.mark.asyncio
async def test_calling_off_by_logging_works_ahead_and_makes_room_for_a_new_booking(sqlite_room: Room) -> None:
    room = sqlite_room
    first = await planned(room, WALK, date(2027, 11, 4), "17:00")
    await room.says("anna", "/logga aktivitet trygghetsvandring 2027-11-04 inställd")
    assert [(each.id, each.state) for each in await room.occasions(WALK)] == [(first, CANCELLED)]
    assert await planned(room, WALK, date(2027, 11, 4), "17:00") != first


@pytest.mark.asyncio
async def test_what_waits_about_an_occasion_is_withdrawn_when_it_is_logged(room: Room) -> None:
    occasion_id = await planned(room, WALK, date(2027, 10, 14))
    async with room.database.transaction() as session:
        await tell(
            session,
            workspace_id=room.town.workspace,
            key="log:1",
            kind="log",
            due_at=room.now,
            now=room.now,
            forum_id=room.town.forums["planeringsgruppen"],
            occasion_id=occasion_id,
        )
    await room.says("anna", COMPLETE)
    async with room.database.reading() as session:
        states = {row.kind: row.state for row in (await session.exec(select(Notice))).all()}
    assert states == {"log": NoticeState.WITHDRAWN, "outcome": NoticeState.WAITING}


@pytest.mark.asyncio
async def test_the_form_for_meetings_knows_the_channel_and_what_is_not_logged(sqlite_room: Room) -> None:
    room = sqlite_room
    await planned(room, "mote-planeringsgruppen", date(2027, 10, 13), "13:00", "Kommunhuset")
    here = replace(room.call("farah"), channel_id="C0PLANERING")
    opened = form(await room.run(BY_NAME["logga mote"], here))
    assert values(opened)["activity"] == str(room.town.commitments["mote-planeringsgruppen"])
    assert (values(opened)["on"], values(opened)["place"]) == ("2027-10-13", "Kommunhuset")


# --- the form ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"activity": ""}, "activity"),
        ({"activity": "999999"}, "activity"),
        ({"activity": "99999999999999999999"}, "activity"),
        ({"outcome": "planned"}, "outcome"),
        ({"on": ""}, "on"),
        ({"on": "2027-11-01"}, "on"),
        ({"on": "2026-12-31"}, "on"),
        ({"participants": "-1"}, "participants"),
        ({"participants": "1,5"}, "participants"),
        ({"participants": "100001"}, "participants"),
        ({"place": "x" * 201}, "place"),
        ({"goal_result": "x" * 501}, "goal_result"),
        ({"text": "x" * 2001}, "text"),
        ({"place": "hos 640823-3234"}, "place"),
        ({"goal_result": "640823-3234"}, "goal_result"),
        ({"text": "Vi mötte 19640823 3234."}, "text"),
    ],
)
async def test_a_form_with_a_mistake_stays_open_with_the_mistake_at_its_field(
    sqlite_room: Room, changed: dict[str, str], field: str
) -> None:
    room = sqlite_room
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, **changed)
    assert list(refused.value.fields) == [field]
    assert "640823" not in f"{refused.value.sentence}{refused.value.fields}"
    assert await room.outcomes() == []
    assert await room.told("planeringsgruppen") == []


@pytest.mark.asyncio
@pytest.mark.parametrize("participants", ["0", "100000", ""])
async def test_the_ends_of_what_is_allowed_are_allowed(sqlite_room: Room, participants: str) -> None:
    room = sqlite_room
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    await room.sends("anna", opened, participants=participants, on="2027-10-20", text="x" * 2000)
    (outcome,) = await room.outcomes()
    assert outcome.participants == (int(participants) if participants else None)


@pytest.mark.asyncio
async def test_a_party_the_agreement_does_not_name_is_not_stored(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    await room.sends("anna", opened, parties=[POLIS, "Grannkommunen"])
    assert (await room.outcomes())[0].parties == [POLIS]


@pytest.mark.asyncio
async def test_an_identity_number_in_typed_words_is_stopped_and_not_echoed(sqlite_room: Room) -> None:
    room = sqlite_room
    for line in ("/logga aktivitet trygghetsvandring 14 okt 640823-3234", "/logga 640823-3234"):
        sentence = await room.refusal("anna", line)
        assert "personnummer" in sentence
        assert "640823" not in sentence


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("who", ["anna", "bertil", "cecilia", "farah", "disa", "gustav"])
async def test_members_of_the_forum_or_one_above_and_coordinators_may_log(sqlite_room: Room, who: str) -> None:
    room = sqlite_room
    assert "Tack" in text(await room.says(who, COMPLETE))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("erik", "sitter i Planeringsgruppen eller är samordnare"),
        ("hugo", "sitter i Planeringsgruppen eller är samordnare"),
        ("ivar", "sitter inte i något av forumen"),
    ],
)
async def test_others_are_refused_kindly_by_word_button_and_form(sqlite_room: Room, who: str, sentence: str) -> None:
    room = sqlite_room
    assert sentence in await room.refusal(who, COMPLETE)
    occasion_id = await planned(room, WALK, date(2027, 10, 14))
    with pytest.raises(Refused, match=sentence):
        await room.presses(who, Button("Logga", "logga aktivitet", f"o:{occasion_id}"))
    annas = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt"))
    with pytest.raises(Refused, match=sentence):
        await room.sends(who, annas)
    assert await room.outcomes() == []


@pytest.mark.asyncio
async def test_the_form_offers_only_what_one_may_log(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.says("erik", "/logga aktivitet"))
    offered = [option.label for each in opened.fields if each.name == "activity" for option in each.options]
    assert offered == ["Synlighetsinsatser vid ungdomshelger (Operativa gruppen)"]


@pytest.mark.asyncio
async def test_what_ended_with_the_last_agreement_can_still_be_logged_by_its_button(sqlite_room: Room) -> None:
    room = sqlite_room
    room.on(date(2030, 12, 20), time(10))
    occasion_id = await planned(room, WALK, date(2030, 12, 30))
    room.on(date(2031, 1, 7), time(10))
    opened = form(await room.presses("anna", Button("Logga", "logga aktivitet", f"o:{occasion_id}")))
    await room.sends("anna", opened, participants="7", parties=[POLIS])
    (outcome,) = await room.outcomes()
    assert outcome.on == date(2030, 12, 30)


# --- what counts per area, and what is counted otherwise than by occasions --------------------------------------------


async def promised(room: Room, key: str, **cadence: object) -> None:
    """The commitment's cadence as another municipality has agreed on it."""
    async with room.database.transaction() as session:
        row = await session.get(Commitment, room.town.commitments[key])
        assert row is not None
        row.cadence = row.cadence | cadence
        session.add(row)


@pytest.mark.asyncio
async def test_walk_in_one_area_does_not_count_for_the_other(room: Room) -> None:
    await promised(room, WALK, areas=["Centrum", "Hökmossen"])
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt genomförd 12 deltagare kommunen"))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened)
    assert list(refused.value.fields) == ["area"]
    await room.sends("anna", opened, area="Centrum")
    answer = text(
        await room.says("anna", "/logga aktivitet trygghetsvandring hökmossen 14 okt genomförd 9 deltagare kommunen")
    )
    assert "Hökmossen" in answer
    walks = await room.occasions(WALK)
    assert [(walk.area, walk.state) for walk in walks] == [
        ("Centrum", OccasionState.HELD),
        ("Hökmossen", OccasionState.HELD),
    ]
    assert [outcome.area for outcome in await room.outcomes()] == ["Centrum", "Hökmossen"]


@pytest.mark.asyncio
async def test_what_is_counted_by_number_is_asked_for_and_corrected_as_a_new_version(room: Room) -> None:
    await promised(room, WALK, unit_name="gårdar")
    opened = form(await room.says("anna", "/logga aktivitet trygghetsvandring 14 okt genomförd 12 deltagare kommunen"))
    assert "Antal gårdar" in [field.label for field in opened.fields]
    for wrong in ("", "0", "-1", "99999"):
        with pytest.raises(Refused) as refused:
            await room.sends("anna", opened, quantity=wrong)
        assert list(refused.value.fields) == ["quantity"]
    logged = await room.sends("anna", opened, quantity="3")
    again = form(await room.presses("anna", button(logged, "Ändra")))
    assert values(again)["quantity"] == "3"
    await room.sends("anna", again, quantity="5")
    (walk,) = await room.occasions(WALK)
    assert walk.quantity == 5
    assert [(outcome.version, outcome.quantity) for outcome in await room.outcomes()] == [(1, 3), (2, 5)]


@pytest.mark.asyncio
async def test_form_that_did_not_know_the_activity_asks_for_the_area_and_keeps_what_was_written(room: Room) -> None:
    await promised(room, WALK, areas=["Centrum", "Hökmossen"])
    opened = form(await room.says("anna", "/logga aktivitet"))
    walk = str(room.town.commitments[WALK])
    asked = form(await room.sends("anna", opened, activity=walk, on="2027-10-14", text="Trasig lampa"))
    assert (values(asked)["text"], values(asked)["on"], values(asked)["area"]) == ("Trasig lampa", "2027-10-14", "")
    assert await room.outcomes() == []
    await room.sends("anna", asked, area="Centrum")
    assert [(outcome.area, outcome.text) for outcome in await room.outcomes()] == [("Centrum", "Trasig lampa")]
