"""Sentences about where things stand."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from schedules.swedish import antal, datum, datum_lista, räkneord, tidpunkt, uppräkning
from storage.terms import Standing

STATES = {
    Standing.DONE: "✅ Klart",
    Standing.BOOKED: "🗓️ Planerat",
    Standing.ON_PACE: "🟢 I fas",
    Standing.BEHIND: "🟠 Efter",
    Standing.MISSED: "🔴 Missat",
    Standing.UNLOGGED: "📝 Ej loggat",
    Standing.ONGOING: "🔁 Löpande",
    Standing.WAIVED: "⏸️ Avstått",
    Standing.UPCOMING: "⏳ Har inte börjat",
}
MORE = "Visa mer"
OVERVIEW = "Visa allt"
MY_REMINDERS = "Mina påminnelser"
LATE_BUTTON = "Visa sena"
MINE_BUTTON = "Vad väntar på mig?"
LOG = "Logga"
BOOK = "Boka tid"
NOTHING_LATE = "Inget är efter, missat eller ologgat. Bra jobbat!"
NOTHING_MINE = "Inget väntar på dig just nu."
NO_AGREEMENT = "Ingen överenskommelse gäller just nu. Läs in en med: samverkansbot agreement import FIL"
MINE_TITLE = "Det här väntar på dig"
LATE_TITLE = "Det här är sent"
GOALS_TITLE = "Målen och vad som har gjorts"
FORUMS_TITLE = "Dina forum"
HOME_TITLE = "Samverkan"
HOME_OUTSIDER = "Här visas dina forum när en samordnare har lagt till dig på en plats."
NO_ACTIVITIES = "Ingen aktivitet är kopplad till målet i aktivitetsplanen."
NO_GOALS = "Överenskommelsen har inga mål, eller har inte börjat gälla."
NOT_YOURS = "Målets aktiviteter hör till forum som du inte sitter i."
WAIVE = "Avstå denna period"
SHOW_MINE = "Visa allt som väntar"


def title(municipality: str, starts: date, ends: date | None) -> str:
    until = ends.year if ends else "tills vidare"
    return f"Läget i {municipality} {starts.year}–{until}"


def example_note() -> str:
    return "Exempel: detta är ingen undertecknad överenskommelse."


def state(standing: Standing, rest: str) -> str:
    return f"{STATES[standing]}: {rest}" if rest else STATES[standing]


def held_of(held: int, needed: int, most: int | None, window: str, unit: str) -> str:
    number = f"minst {needed}" if most is None else f"{needed}–{most}" if most > needed else str(needed)
    what = f" {unit}" if unit else ""
    return f"{held} av {number}{what}{f' under {window}' if window else ''}"


def latest(day: date) -> str:
    return f"senast {datum(day)}"


def not_begun(starts: date) -> str:
    return f"Den här överenskommelsen börjar gälla {datum(starts)}."


def counts(numbers: Mapping[Standing, int]) -> str:
    """How many stand how, the worst first: "2 missat · 9 efter · 5 i fas"."""
    return " · ".join(f"{number} {STATES[each].split(' ', 1)[1].lower()}" for each, number in numbers.items() if number)


def weeks_left(weeks: int) -> str:
    return f"{räkneord(weeks)} {'arbetsvecka' if weeks == 1 else 'arbetsveckor'} kvar"


def suggestion(days: Sequence[date]) -> str:
    return f"förslag: {datum_lista(days)}"


def unlogged(days: Sequence[date]) -> str:
    return f"logga {uppräkning([datum(day) for day in days[:3]])}"


def next_time(on: date, at: time | None) -> str:
    return f"nästa {tidpunkt(on, at)}"


def last_noted(last: date | None, today: date) -> str:
    if last is None:
        return "inget noterat än"
    days = (today - last).days
    ago = "i dag" if days == 0 else f"för {antal(days, 'dag', 'dagar')} sedan"
    return f"senast noterat {datum(last)} ({ago})"


def waived(reason: str) -> str:
    return f"avstått: {reason}"


def responsible(names: Sequence[str]) -> str:
    return f"Ansvarig: {_names(names)}" if names else ""


def goal_heading(number: int, text: str) -> str:
    return f"Mål {number}. {text}"


def activity_line(name: str, line: str) -> str:
    return f"• {name} – {line}"


def outcome_line(line: str) -> str:
    return f"   – {line}"


def mine_unlogged(title: str, on: date) -> str:
    return f"{title} {datum(on)} är inte loggat."


def mine_answer(title: str, on: date, at: time | None) -> str:
    return f"{title} {tidpunkt(on, at)}: kommer du?"


def mine_book(title: str, line: str) -> str:
    return f"{title}: {line}"


def mine_chair(forum: str, on: date) -> str:
    return f"{forum}: du tar över som ordförande {datum(on)}."


def mine_anchor(forum: str) -> str:
    return f"{forum}: överenskommelsen säger inte vems tur det är att vara ordförande."


def forum_line(forum: str, chair: str, next_meeting: str) -> str:
    pieces = [piece for piece in (f"ordförande {chair}" if chair else "", next_meeting) if piece]
    return f"{forum}: {', '.join(pieces)}" if pieces else forum


def next_meeting(on: date, at: time | None) -> str:
    return f"nästa möte {tidpunkt(on, at)}"


def left_out(count: int) -> str:
    return f"… och {count} till. Tryck Visa mer för att se allt."


def more_waiting(count: int) -> str:
    return f"… och {count} till."


def earlier(count: int) -> str:
    return f"   … och {antal(count, 'tidigare', 'tidigare')}"


def answers_for(names: Sequence[str]) -> str:
    return f". Ansvarig: {_names(names)}"


def _names(names: Sequence[str]) -> str:
    """Names in a row; with semicolons where a name has a comma of its own."""
    bare = [name.rstrip(".") for name in names]
    return "; ".join(bare) if any("," in name for name in bare) else uppräkning(bare)


def unknown(words: str, near: Sequence[str]) -> str:
    tail = f" Menade du {uppräkning(list(near), 'eller')}?" if near else ""
    return f"Jag förstod inte ”{words}” efter /lage.{tail} Det går att skriva ett forum, mål, mina eller sena."
