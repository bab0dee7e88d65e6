"""Three forums run a year in Slack: planned, chaired, handed over, moved, cancelled; a matter goes up and down."""

from datetime import date, time, timedelta

import pytest

from tests.conversations.forums import CHIEFS, OPERATIVE, PLANNING, planned, posted, sent_up
from tests.conversations.town import Town

LIGHTS = "Belysningen vid stationen"


@pytest.mark.asyncio
async def test_a_matter_goes_from_operativa_to_a_decision_in_chefssamradet_and_back_as_a_measure(town: Town) -> None:
    anna, ida, cecilia = (town.member(each) for each in ("anna", "ida", "cecilia"))
    await ida.says(OPERATIVE, f"/mote ärende operativa gruppen {LIGHTS}")
    await ida.sees_form("Nytt ärende")
    assert await ida.submits({"Bakgrund": "Tre stolpar är släckta sedan i höstas."}) == {}
    await town.settled()
    assert len(posted(town, OPERATIVE, LIGHTS)) == 1
    await sent_up(town, OPERATIVE, "operativa gruppen", "Planeringsgruppen")
    await sent_up(town, PLANNING, "planeringsgruppen", "Chefssamrådet")

    # the summons of the next meeting has it on the agenda
    await anna.says(CHIEFS, "/mote boka chefssamrådet 2027-03-10 9.00 Kommunhuset")
    await town.on(date(2027, 3, 1))
    assert LIGHTS in "".join(posted(town, CHIEFS, "Kallelse"))

    # decided after the meeting, with somebody to do it
    await town.jump(town.now + timedelta(days=10))
    await anna.says(CHIEFS, "/mote ärenden chefssamrådet")
    await anna.presses(CHIEFS, "Besluta")
    await anna.sees_form("Beslut")
    decision = {
        "Beslut": "Belysningen lagas före sommaren.",
        "Vem ska göra det?": "Kommunpolis",
        "Klart senast": "2027-05-31",
    }
    assert await anna.submits(decision) == {}
    await town.settled()
    assert len(posted(town, CHIEFS, "Beslut Chefssamrådet 2027:1")) == 1
    for channel in (PLANNING, OPERATIVE):
        assert len(posted(town, channel, f"Ert ärende ”{LIGHTS}” är avgjort")) == 1
    assert len(posted(town, cecilia.direct, "En åtgärd för dig")) == 1

    # reminded two weeks before, reported done by a button, told where it was decided
    await town.on(date(2027, 5, 17))
    assert "Belysningen lagas" in cecilia.last(cecilia.direct)
    await cecilia.presses(cecilia.direct, "Hur går det?")
    await cecilia.sees_form("Hur går åtgärden?")
    assert await cecilia.submits({"Läge": "Klar", "Kommentar": "Lagat och provat."}) == {}
    await town.settled()
    assert len(posted(town, CHIEFS, "Klar: Belysningen lagas")) == 1
    await town.on(date(2027, 6, 1))
    assert len([each for each in cecilia.sees(cecilia.direct) if "Belysningen lagas" in each]) == 2


@pytest.mark.asyncio
async def test_the_year_is_planned_from_below_and_the_chair_changes_by_the_agreed_order(town: Town) -> None:
    anna, gunnar = town.member("anna"), town.member("gunnar")
    operative = await planned(town, OPERATIVE, "operativa gruppen", 10)
    planning = await planned(town, PLANNING, "planeringsgruppen", 4)
    chiefs = await planned(town, CHIEFS, "chefssamrådet", 4)
    every = [*operative, *planning, *chiefs]
    assert len(set(every)) == len(every), "people sit in several: no two meetings on a day"
    assert all(day.month != 7 and day.weekday() < 5 for day in every)
    assert all(any(low < day for low in operative) for day in planning)
    assert all(mid < day for mid, day in zip(planning, chiefs, strict=True))

    # whose turn it is the agreement leaves open: a coordinator answers once, and five years are known
    await anna.says(CHIEFS, "/ordforande ankare chefssamrådet")
    await anna.sees_form("Vems tur är det?")
    assert await anna.submits({"Vem har ordförandeskapet?": "Kommundirektör", "Från vilken dag?": "2027-01-01"}) == {}
    asked = await anna.sees_form()
    await asked.presses("Ja, spara")
    await anna.says(CHIEFS, "/ordforande prognos chefssamrådet")
    forecast = [line.rpartition(": ")[2] for line in anna.last(CHIEFS).splitlines() if line.startswith("• ")]
    assert [line.partition(",")[0].removesuffix(" (vakant)") for line in forecast[:3]] == [
        "Kommundirektör",
        "Lokalpolisområdeschef",
        "Distriktschef Södertörns brandförsvaret",
    ]

    # two turns change places: shown first, confirmed, and told
    await anna.says(CHIEFS, "/ordforande byt chefssamrådet")
    opened = await anna.sees_form("Byt turer")
    _, police, fire = (await opened.offers("Den här turen"))[:3]
    assert await anna.submits({"Den här turen": police, "byter plats med": fire}) == {}
    asked = await anna.sees_form()
    await asked.presses("Ja, byt")
    await town.settled()
    assert len(posted(town, gunnar.direct, "Turordningen är angiven")) == 1
    assert len(posted(town, gunnar.direct, "har bytt turer")) == 1
    await anna.says(CHIEFS, "/ordforande prognos chefssamrådet")
    turns = [line for line in anna.last(CHIEFS).splitlines() if line.startswith("• ")]
    assert "Distriktschef" in turns[1]
    assert "Lokalpolisområdeschef" in turns[2]

    # a meeting is moved and another cancelled: each told once, and nothing is said of the old day
    await town.on(planning[0] - timedelta(days=12))
    new = planning[0] + timedelta(days=7)
    await anna.says(PLANNING, f"/mote flytta planeringsgruppen {planning[0]} till {new} 13.00")
    await town.on(planning[0])
    await town.on(new - timedelta(days=1))
    assert len(posted(town, PLANNING, "Flyttat")) == 1
    assert len(posted(town, PLANNING, "i morgon")) == 1, "of the new day alone"
    await anna.says(OPERATIVE, f"/mote ställ in operativa gruppen {operative[2]}")
    await town.settled()
    said = len(posted(town, OPERATIVE, "Inställt"))
    await town.on(operative[2] + timedelta(days=3))
    assert len(posted(town, OPERATIVE, "Inställt")) == said == 1


@pytest.mark.asyncio
async def test_a_seat_is_handed_over_and_a_vacancy_is_told_on_monday(town: Town) -> None:
    anna, ali = town.member("anna"), town.member("ali")
    await town.on(date(2027, 2, 1), time(9, 0))
    await anna.says(PLANNING, "/samverkan medlemmar planeringsgruppen")
    await anna.presses(PLANNING, "Avsluta någon")
    opened = await anna.sees_form("Avsluta på en plats")
    (who,) = [each for each in await opened.offers("Vem?") if "Ali Rahimi" in each]
    assert await anna.submits({"Vem?": who, "Sista dag": "2027-02-05"}) == {}
    await town.settled()
    cecilia = town.member("cecilia")
    assert "en plats blir ledig" in cecilia.last(cecilia.direct), "the other coordinators hear of it at once"
    await ali.says(PLANNING, "/lage planeringsgruppen")
    assert "Trygghetsvandring" in ali.last(PLANNING), "until the last day Ali has what the seat gives"
    await town.on(date(2027, 2, 8), time(9, 0))
    await ali.says(PLANNING, "/lage planeringsgruppen")
    assert "Du sitter inte" in ali.last(PLANNING)
    assert "integrationsenheten" in anna.last(anna.direct), "the Monday message names the vacant seat"
    await anna.says(PLANNING, "/samverkan medlemmar planeringsgruppen")
    assert "integrationsenheten: vakant" in anna.last(PLANNING)
    await anna.presses(PLANNING, "Lägg till någon")
    opened = await anna.sees_form("Lägg till på en plats")
    (seat,) = [each for each in await opened.offers("Plats") if "integrationsenheten" in each]
    assert await anna.submits({"Plats": seat, "Vem?": "Tove Granlund", "Från och med": "2027-02-08"}) == {}
    tove = town.member("tove")
    await town.settled()
    assert "Välkommen till Planeringsgruppen" in tove.last(tove.direct)
    await tove.says(tove.direct, "/lage planeringsgruppen")
    assert "Trygghetsvandring" in tove.last(tove.direct)
