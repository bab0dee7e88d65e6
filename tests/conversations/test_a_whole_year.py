"""One year of three forums in Slack, from the first plan to the last day: chaired, swapped, handed over, moved, called
off; a matter goes from Operativa to a decision in Chefssamrådet and comes back down as a measure."""

from collections import Counter
from datetime import date, time, timedelta

import pytest

from sandbox.member import Member
from tests.conversations.forums import CHIEFS, MONTHS, OPERATIVE, PLANNING, planned, posted, sent_up
from tests.conversations.town import Town

LIGHTS = "Belysningen vid stationen"
REPAIR = "Belysningen lagas före hösten."
DAY = timedelta(days=1)


@pytest.mark.asyncio
async def test_three_forums_live_through_2027(town: Town) -> None:
    anna, ida = town.member("anna"), town.member("ida")
    operative = await planned(town, OPERATIVE, "operativa gruppen", 10)
    planning = await planned(town, PLANNING, "planeringsgruppen", 4)
    chiefs = await planned(town, CHIEFS, "chefssamrådet", 4)
    await _turns_are_known_and_two_change_places(town)

    # Operativa takes a matter up; the summons has it, and people answer by button
    await ida.says(OPERATIVE, f"/mote ärende operativa gruppen {LIGHTS}")
    await ida.sees_form("Nytt ärende")
    assert (
        await ida.submits({"Bakgrund": "Tre stolpar är släckta sedan i höstas.", "Vem får se det?": "Parterna"}) == {}
    )
    await ida.closes()
    await town.on(operative[1] - 9 * DAY)
    assert LIGHTS in "".join(posted(town, OPERATIVE, "Kallelse"))
    await ida.presses(OPERATIVE, "Kommer")
    await town.member("david").presses(OPERATIVE, "Kan inte")

    # it travels up: each meeting has it in its summons before it is held
    await town.on(operative[1] + DAY, time(10))
    await sent_up(town, OPERATIVE, "operativa gruppen", "Planeringsgruppen")
    to_planning = next(day for day in planning if day > operative[1] + 10 * DAY)
    await town.on(to_planning - 9 * DAY)
    assert LIGHTS in "".join(posted(town, PLANNING, "Kallelse"))
    await town.on(to_planning + DAY, time(10))
    await sent_up(town, PLANNING, "planeringsgruppen", "Chefssamrådet")

    # meanwhile a seat is handed over, another becomes vacant, a meeting is moved and one is called off
    await _ali_hands_over_to_tove(town)
    await _eva_leaves_and_the_seat_is_vacant(town)
    await _moved_a_week(town, PLANNING, "planeringsgruppen", planning[2])
    await anna.says(OPERATIVE, f"/mote ställ in operativa gruppen {operative[6]}")
    await anna.closes()
    await town.settled()
    assert len(posted(town, OPERATIVE, "Inställt")) == 1

    # Chefssamrådet decides, in its minutes, and gives Operativa the work
    to_chiefs = next(day for day in chiefs if day > to_planning + 10 * DAY)
    await town.on(to_chiefs - 9 * DAY)
    assert LIGHTS in "".join(posted(town, CHIEFS, "Kallelse"))
    await town.on(to_chiefs + DAY, time(10))
    await _minutes_with_a_decision(town, to_chiefs)
    assert len(posted(town, OPERATIVE, f"Ert ärende ”{LIGHTS}” är avgjort")) == 1
    assert len(posted(town, OPERATIVE, "åtgärd")) >= 1, "back down as a measure"
    await ida.says(OPERATIVE, "/mote åtgärder operativa gruppen")
    assert REPAIR in ida.last(OPERATIVE)
    await ida.presses(OPERATIVE, "Hur går det?")
    await ida.sees_form("Hur går åtgärden?")
    assert await ida.submits({"Läge": "Klar", "Kommentar": "Lagat och provat."}) == {}
    await ida.closes()
    await town.settled()
    assert len(posted(town, CHIEFS, "Klar: Belysningen lagas")) == 1

    # the year goes by; in the end every meeting was called to once and nothing was said twice
    await town.on(date(2027, 12, 31))
    held = {CHIEFS: 4, PLANNING: 4, OPERATIVE: 9}  # one of Operativa's was called off
    for channel, number in held.items():
        called = posted(town, channel, "Kallelse")
        assert len(called) == len(set(called)) == number, (channel, [each.splitlines()[1] for each in called])
    when = f"{planning[2].day} {MONTHS[planning[2].month - 1]} {planning[2].year}"
    assert not posted(town, PLANNING, f"Kallelse: Planeringsgruppens möte\nOns {when}"), "nothing of the old day"
    _nothing_was_said_twice(town)


async def _turns_are_known_and_two_change_places(town: Town) -> None:
    anna, gunnar = town.member("anna"), town.member("gunnar")
    await anna.says(CHIEFS, "/ordforande ankare chefssamrådet")
    await anna.sees_form("Vems tur är det?")
    assert await anna.submits({"Vem har ordförandeskapet?": "Kommundirektör", "Från vilken dag?": "2027-01-01"}) == {}
    await (await anna.sees_form()).presses("Ja, spara")
    await town.settled()
    await anna.closes()
    await anna.says(CHIEFS, "/ordforande byt chefssamrådet")
    opened = await anna.sees_form("Byt turer")
    _, police, fire = (await opened.offers("Den här turen"))[:3]
    assert await anna.submits({"Den här turen": police, "byter plats med": fire}) == {}
    await (await anna.sees_form()).presses("Ja, byt")
    await town.settled()
    await anna.closes()
    assert len(posted(town, gunnar.direct, "har bytt turer")) == 1, "whose turn it was hears of it"


async def _saved(town: Town, anna: Member, button: str = "Ja, spara") -> None:
    """What would change is shown first where there is something to see; it is saved when she has said yes to it."""
    asked = await anna.sees_form()
    if button in asked.buttons:
        await asked.presses(button)
    elif asked.title == "Stämmer det här?":
        assert await asked.submits() == {}
    await town.settled()
    await anna.closes()


async def _ali_hands_over_to_tove(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/samverkan medlemmar planeringsgruppen")
    await anna.presses(PLANNING, "Byt ut någon")
    await anna.presses(PLANNING, "Ali Rahimi, Kommunens avdelningschef integrationsenheten")
    await anna.sees_form("Byt ut på en plats")
    starts = town.now.date() + DAY
    assert await anna.submits({"Vem?": "Tove Granlund", "Den nya börjar": starts.isoformat()}) == {}
    await _saved(town, anna)
    await town.settled()
    tove = town.member("tove")
    assert any("Planeringsgruppen" in each.text for each in tove.sees(tove.direct)), "Tove is welcomed"


async def _eva_leaves_and_the_seat_is_vacant(town: Town) -> None:
    anna, cecilia = town.member("anna"), town.member("cecilia")
    await anna.says(PLANNING, "/samverkan medlemmar planeringsgruppen")
    await anna.presses(PLANNING, "Avsluta någon")
    opened = await anna.sees_form("Avsluta på en plats")
    (who,) = [each for each in await opened.offers("Vem?") if "Eva Lindahl" in each]
    assert await anna.submits({"Vem?": who, "Sista dag": town.now.date().isoformat()}) == {}
    await _saved(town, anna)
    await town.settled()
    assert any("ledig" in each.text or "vakant" in each.text for each in cecilia.sees(cecilia.direct))
    await anna.says(PLANNING, "/samverkan medlemmar planeringsgruppen")
    assert "individ- och familjeomsorg" in anna.last(PLANNING)


async def _moved_a_week(town: Town, channel: str, forum: str, day: date) -> None:
    anna, later = town.member("anna"), day + 7 * DAY
    await anna.says(channel, f"/mote flytta {forum} {day} till {later} 13.00")
    await anna.closes()
    await town.settled()
    assert len(posted(town, channel, "Flyttat")) == 1


async def _minutes_with_a_decision(town: Town, day: date) -> None:
    """Karin, who chairs, notes the meeting, decides the matter from it and lets the minutes stand."""
    karin = town.member("karin")
    await karin.says(CHIEFS, f"/mote anteckningar chefssamrådet {day}")
    opened = await karin.sees_form("Minnesanteckningar")
    (point,) = [label for label in opened.labels if LIGHTS in label]
    assert await karin.submits({point: "Alla vill att det görs före hösten."}) == {}
    saved = await karin.sees_form()
    await saved.presses("Besluta")
    await karin.sees_form("Beslut")
    decision = {"Beslut": REPAIR, "Vem ska göra det?": "Operativa gruppen", "Klart senast": "2027-08-31"}
    assert await karin.submits(decision) == {}
    await town.settled()
    await karin.closes()
    assert len(posted(town, CHIEFS, "Beslut Chefssamrådet 2027:1")) == 1
    assert len(posted(town, CHIEFS, "Minnesanteckningar: Chefssamrådet")) == 1
    await karin.presses(CHIEFS, "Fastställ")
    await town.settled()


def _nothing_was_said_twice(town: Town) -> None:
    keys = Counter(str((each["metadata"] or {}).get("event_payload", {}).get("key")) for each in town.slack.posted)
    keys.pop("None", None)
    assert set(keys.values()) == {1}
