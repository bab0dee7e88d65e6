"""What people do with forums in conversations: a year planned, a matter sent on; and what the bot has posted."""

import re
from datetime import date

from tests.conversations.town import Town

CHIEFS, PLANNING, OPERATIVE = "C0CHEFER", "C0PLANERING", "C0OPERATIVA"
MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def posted(town: Town, channel: str, words: str) -> list[str]:
    """What the bot has posted in the channel with these words in it."""
    return [each["text"] for each in town.slack.posted if each["channel"] == channel and words in each["text"]]


async def planned(town: Town, channel: str, forum: str, count: int) -> list[date]:
    """The year's meetings, proposed in a form and all taken; their days."""
    anna = town.member("anna")
    await anna.says(channel, f"/mote planera {forum} 2027")
    opened = await anna.sees_form("Planera möten")
    proposed = [label for label in opened.labels if label.startswith("Möte ")]
    assert await anna.submits({"Klockslag för alla": "13:00", "Plats eller länk för alla": "Kommunhuset"}) == {}
    done = await anna.sees_form()
    assert f"{count} möten är bokade" in done
    await done.closes()
    await town.settled()
    assert len(posted(town, channel, "mötena 2027 är bokade")) == 1
    found = [re.search(r"(\d+) (\w+) 2027", label) for label in proposed]
    return [date(2027, MONTHS.index(each[2]) + 1, int(each[1])) for each in found if each]


async def sent_up(town: Town, channel: str, forum: str, to: str) -> None:
    """The forum's matter goes to the one above; both are told, each once."""
    anna = town.member("anna")
    await anna.says(channel, f"/mote ärenden {forum}")
    await anna.presses(channel, "Hantera")
    await anna.sees_form("Hantera ärende")
    answer = {"Vad händer med ärendet?": f"Skicka upp till {to}", "Motivering": "Kräver beslut om pengar."}
    assert await anna.submits(answer) == {}
    await anna.closes()
    await town.settled()
    assert len(posted(town, channel, f"är skickat till {to}")) == 1
