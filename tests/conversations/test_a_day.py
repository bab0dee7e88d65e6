"""Single days: what people type and press, and what they and the others see."""

from datetime import date, time

import pytest

from tests.conversations.town import Town

PLANNING = "C0PLANERING"


@pytest.mark.asyncio
async def test_monday_morning_the_coordinators_get_the_week_and_nobody_else(town: Town) -> None:
    await town.on(date(2027, 1, 11))
    assert "Veckan i Nykvarns kommun" in town.member("anna").last(town.member("anna").direct)
    assert "Veckan i Nykvarns kommun" in town.member("cecilia").last(town.member("cecilia").direct)
    assert town.member("ali").sees(town.member("ali").direct) == []


@pytest.mark.asyncio
async def test_help_is_made_of_commands_that_exist(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/samverkan")
    assert "/logga aktivitet" in anna.last(PLANNING)
    assert "/ordforande rotera planeringsgruppen" in anna.last(PLANNING)


@pytest.mark.asyncio
async def test_words_fill_the_form_in_and_sending_it_tells_the_forum(town: Town) -> None:
    await town.on(date(2027, 3, 3), time(10, 0))
    ali = town.member("ali")
    await ali.says(PLANNING, "/logga aktivitet trygghetsvandring 2 mars genomförd 12 deltagare")
    assert (await ali.sees_form()).view["callback_id"] == "logga aktivitet"
    errors = await ali.submits(
        {"Plats": "Centrum", "Vilka parter deltog?": ["Nykvarns kommun", "Södertälje lokalpolisområde"]}
    )
    assert errors == {}
    await town.settled()
    anna = town.member("anna")
    assert "Trygghetsvandring: loggat av Ali Rahimi" in anna.last(PLANNING)
    assert "12 deltagare" in anna.last(PLANNING)
    await anna.says(PLANNING, "/lage planeringsgruppen")
    assert "1 av 2" in anna.last(PLANNING)


@pytest.mark.asyncio
async def test_complete_words_log_at_once_and_saying_it_again_changes_nothing(town: Town) -> None:
    await town.on(date(2027, 3, 3), time(10, 0))
    anna = town.member("anna")
    line = "/logga aktivitet trygghetsvandring 2 mars genomförd 12 deltagare kommunen polisen Centrum"
    await anna.says(PLANNING, line)
    assert "Tack, det är loggat." in anna.last(PLANNING)
    assert anna.form is None
    await town.settled()
    await anna.says(PLANNING, line)
    assert "Redan loggat" in anna.last(PLANNING)
    await town.settled()
    told = [each for each in town.slack.posted if "loggat av" in each["text"]]
    assert len(told) == 1


@pytest.mark.asyncio
async def test_a_correction_is_a_new_version_and_the_forum_is_told(town: Town) -> None:
    await town.on(date(2027, 3, 3), time(10, 0))
    anna = town.member("anna")
    await anna.says(PLANNING, "/logga aktivitet trygghetsvandring 2 mars genomförd 12 deltagare kommunen polisen")
    await town.settled()
    await anna.presses(PLANNING, "Ändra")
    assert await anna.submits({"Antal deltagare": "14"}) == {}
    await town.settled()
    assert "rättat av Anna Ekdal" in town.slack.posted[-1]["text"]
    assert "14 deltagare" in town.slack.posted[-1]["text"]


@pytest.mark.asyncio
async def test_a_personal_identity_number_is_stopped_and_the_form_stays_open(town: Town) -> None:
    await town.on(date(2027, 3, 3), time(10, 0))
    anna = town.member("anna")
    await anna.says(PLANNING, "/logga aktivitet trygghetsvandring 2 mars genomförd 12 deltagare")
    errors = await anna.submits({"Anteckning": "Vi träffade 640823-3234 vid stationen"})
    assert "personnummer" in errors["Anteckning"]
    assert "640823" not in errors["Anteckning"]
    assert anna.form is not None
    assert await anna.submits({"Anteckning": "Mörkt vid stationen"}) == {}


@pytest.mark.asyncio
async def test_a_day_to_come_cannot_be_logged_as_done(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/logga aktivitet trygghetsvandring")
    errors = await anna.submits({"Datum": "2027-05-01"})
    assert "inte varit än" in errors["Datum"]


@pytest.mark.asyncio
async def test_the_chair_is_passed_on_once_though_two_confirm(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/ordforande rotera planeringsgruppen")
    assert "lämnar över till Kommunpolis, Cecilia Norgren" in anna.last(PLANNING)
    await anna.presses(PLANNING, "Ja, lämna över")
    await anna.presses(PLANNING, "Ja, lämna över")
    await town.settled()
    assert sum("ny ordförande" in each["text"] for each in town.slack.posted) == 1
    await anna.says(PLANNING, "/ordforande planeringsgruppen")
    assert "Kommunpolis, Cecilia Norgren" in anna.last(PLANNING).splitlines()[2]


@pytest.mark.asyncio
async def test_police_from_another_organisation_answer_by_button(town: Town) -> None:
    anna, cecilia = town.member("anna"), town.member("cecilia")
    await anna.says(PLANNING, "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    await town.on(date(2027, 2, 1))
    assert "Kallelse: Planeringsgruppens möte" in cecilia.last(PLANNING)
    await cecilia.presses(PLANNING, "Kommer")
    assert "Noterat: du kommer" in cecilia.last(PLANNING)
    await town.on(date(2027, 2, 9))
    assert "1 kommer" in anna.last(PLANNING)
    assert "Cecilia Norgren" not in anna.last(PLANNING)


@pytest.mark.asyncio
async def test_a_moved_meeting_withdraws_what_waited_and_tells_the_forum_once(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    await town.on(date(2027, 1, 25))
    await anna.says(PLANNING, "/mote flytta planeringsgruppen 2027-02-10 till 2027-02-24 13.00")
    await town.on(date(2027, 2, 9))
    await town.on(date(2027, 2, 10))
    about = [each["text"] for each in town.slack.posted if each["channel"] == PLANNING]
    assert sum(text.startswith("Flyttat:") for text in about) == 1
    assert not any("i morgon" in text or "i dag" in text for text in about)


@pytest.mark.asyncio
async def test_somebody_without_a_seat_sees_nothing(town: Town) -> None:
    guest = town.member("gast")
    direct = guest.direct
    await guest.says(direct, "/lage")
    assert "Du sitter inte i något av forumen" in guest.last(direct)


@pytest.mark.asyncio
async def test_later_gives_one_extra_reminder_and_no_more(town: Town) -> None:
    anna, ali = town.member("anna"), town.member("ali")
    await anna.says(PLANNING, "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    await town.on(date(2027, 2, 11))
    await ali.presses(PLANNING, "Påminn senare")
    await ali.presses(PLANNING, "Nästa arbetsdag")
    await ali.presses(PLANNING, "Nästa arbetsdag")
    await town.on(date(2027, 2, 12))
    extra = [each for each in town.slack.posted if each["channel"] == ali.direct]
    assert len(extra) == 1
    assert "vad blev det av?" in extra[0]["text"]


@pytest.mark.asyncio
async def test_home_shows_what_waits_and_the_forums_i_sit_in(town: Town) -> None:
    ali = town.member("ali")
    await ali.opens_home()
    assert ali.home is not None
    shown = ali.home.words
    assert "Planeringsgruppen" in shown
    assert "Chefssamrådet" not in shown


@pytest.mark.asyncio
async def test_a_message_becomes_a_matter_by_its_shortcut_without_anybodys_name(town: Town) -> None:
    anna, ali = town.member("anna"), town.member("ali")
    await ali.says(PLANNING, "Belysningen vid stationen är släckt, <@U0ANNA> vet var")
    message = [each for each in anna.sees(PLANNING) if "Belysningen" in each][-1]
    await anna.uses_shortcut("mote arende", on=message)
    opened = await anna.sees_form("Nytt ärende")
    assert "Belysningen vid stationen är släckt, vet var" in str(opened.state)
    assert await anna.submits({"Till vilket forum?": "Planeringsgruppen"}) == {}
    await town.settled()
    assert [each["text"] for each in town.slack.posted if "Nytt ärende till nästa möte" in each["text"]] != []


@pytest.mark.asyncio
async def test_a_message_with_a_number_in_it_becomes_no_matter(town: Town) -> None:
    anna, ali = town.member("anna"), town.member("ali")
    await ali.says(PLANNING, "Gäller 640823-3234 vid stationen")
    message = [each for each in anna.sees(PLANNING) if "stationen" in each][-1]
    await anna.uses_shortcut("mote arende", on=message)
    said = await anna.waits_for(PLANNING, "personnummer")
    assert "640823" not in said.words
    assert anna.form is None
