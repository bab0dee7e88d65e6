"""Sentences about how the bot itself is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schedules.auditor.texts import failure
from schedules.swedish import antal, stund
from schedules.texts import längd

TITLE = "Så mår boten"
WELL = "✅ Allt fungerar."
NOT_WELL = "🔴 Något fungerar inte:"
SEEN = "Bra att veta"
TICKS = "Senast det gick bra"
QUEUE = "Kön till Slack"
WEEK = "Senaste sju dagarna"
EMPTY = "• Tom: inget väntar."
NOT_YET = "inte än"
NOTE = "Räknas om varje minut av botens egenkontroll, som går för sig."
REFRESH = "Visa igen"


def running(since: datetime | None, zone: str) -> str:
    return f"Igång sedan {stund(since, zone)}." if since else "Igång; när den startade är inte känt."


def ticks(
    planned: timedelta | None, carried: timedelta | None, audited: timedelta | None, link: timedelta | None
) -> tuple[str, ...]:
    rows = [("Planering", planned), ("Utskick", carried), ("Egenkontroll", audited)]
    if link is not None:
        rows.append(("Slack hördes", link))
    return tuple(f"• {name}: {ago(since)}" for name, since in rows)


def ago(since: timedelta | None) -> str:
    return f"för {längd(int(since.total_seconds()))} sedan" if since is not None else NOT_YET


def queue(waiting: int, oldest_seconds: float, late: int, held_back: int) -> tuple[str, ...]:
    lines = []
    if waiting:
        oldest = längd(int(oldest_seconds))
        lines.append(f"• {antal(waiting, 'meddelande väntar', 'meddelanden väntar')}, det äldsta sedan {oldest}")
    if late:
        lines.append(f"• {antal(late, 'är försenat', 'är försenade')} mer än en kvart")
    if held_back:
        lines.append(
            f"• {antal(held_back, 'hålls', 'hålls')} tillbaka: tysta timmar, eller ett nytt försök lite senare"
        )
    return tuple(lines) or (EMPTY,)


def refused(reasons: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    if not reasons:
        return ("• Inget meddelande har nekats.",)
    return tuple(
        f"• {antal(count, 'påminnelse nekades', 'påminnelser nekades')}: {failure(why)}" for why, count in reasons
    )


def found(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"• {each}" for each in sentences)
