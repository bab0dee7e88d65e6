"""Sentences about who chairs."""

from collections.abc import Collection, Sequence
from datetime import date

from schedules.swedish import antal, datum, uppräkning

TITLE = "Ordförande"
FORECAST_TITLE = "Ordförande fem år framåt"
ROTATE = "Lämna över"
YES = "Ja, lämna över"
UNDO = "Ångra"
UNDONE = "Klart. Det är som det var förut."
TOO_LATE_TO_UNDO = "Det går inte längre att ångra: något har ändrats sedan dess, eller så var det en annan dag."
SWAP = "Byt turer"
SWAP_TITLE = "Byt turer"
SWAP_ONE, SWAP_OTHER = "Den här turen", "byter plats med"
SWAP_YES = "Ja, byt"
CHOOSE_TURN = "Välj en tur i listan."
SAME_TURN = "Välj två olika turer."
SAME_SEAT = "De två turerna har samma funktion."
NOTHING_TO_SWAP = "Det finns inga kommande turer att byta mellan."
STAND_IN = "Tillfällig ordförande"
STAND_IN_TITLE = "Tillfällig ordförande"
STAND_IN_SEAT = "Vem leder?"
STAND_IN_FROM, STAND_IN_TO = "Från och med", "Till och med"
STAND_IN_HINT = "Samma dag i båda för ett enda möte. Sedan fortsätter den vanliga turordningen."
STAND_IN_YES = "Ja, så blir det"
NOT_BACKWARDS = "Det som har varit ändras inte. Välj i dag eller senare."
ENDS_BEFORE = "Sista dagen kan inte ligga före den första."
TOO_LONG = "Högst ett år åt gången."
ALREADY_CHAIR = "Den funktionen är redan ordförande de dagarna."
FORECAST = "Fem år framåt"
ANCHOR = "Ange vems tur det är"
ANCHOR_TITLE = "Vems tur är det?"
ANCHOR_SEAT = "Vem har ordförandeskapet?"
ANCHOR_FROM = "Från vilken dag?"
ANCHOR_TERM = "Hur länge varar en tur?"
TERMS = {"3": "Tre månader", "6": "Ett halvår", "12": "Ett år", "24": "Två år"}
ANCHOR_SAVED = "Tack. Nu räknar boten ut turordningen från det."
UNSTATED = "Överenskommelsen säger inget om vem som är ordförande."
CHANGES = "Det här ändras framåt:"
HISTORY_STAYS = "Det som har varit ändras inte, och den vanliga turordningen fortsätter efteråt."
CHOOSE_SEAT = "Välj en funktion i listan."
CHOOSE_TERM = "Välj hur länge en tur varar."
GIVE_DATE = "Ange en dag."
NOT_ROTATING = "Det här forumets ordförandeskap växlar inte enligt överenskommelsen."
NO_ORDER = "Överenskommelsens fil säger inte vilka som turas om. Den som sköter boten kan skriva in det."
LACKS = {
    "order": "vilka som turas om",
    "anchor": "vems tur det är",
    "term": "hur länge en tur varar",
}
LACKING = "Innan ordförandeskapet kan lämnas över måste det vara klart vems tur det är. Ange det först."


def who(seat: str, names: Sequence[str]) -> str:
    return f"{seat}, {uppräkning(list(names))}" if names else f"{seat} (vakant)"


def lacking(what: Collection[str]) -> str:
    """What the agreement leaves unsaid about a chair that takes turns: "order", "anchor", "term"."""
    lacks = [words for name, words in LACKS.items() if name in what]
    return f"Överenskommelsen säger inte {uppräkning(lacks)}. En samordnare kan ange det."


def now(chair: str, first: date | None, last: date | None, *, convener: bool = False) -> str:
    since = f", sedan {datum(first)}" if first else ""
    until = f", till och med {datum(last)}" if last else ""
    return f"{'Sammankallande' if convener else 'Ordförande'}: {chair}{since}{until}"


def coming(chair: str, first: date) -> str:
    return f"Härnäst: {chair}, från {datum(first)}"


def turn(first: date, last: date | None, chair: str, *, decided: bool) -> str:
    until = f"–{datum(last)}" if last else " och framåt"
    return f"• {datum(first)}{until}: {chair}" + (" (beslutat)" if decided else "")


def rotate_question(now_chair: str, next_chair: str, first: date, last: date | None) -> str:
    until = f" till och med {datum(last)}" if last else ""
    return f"{now_chair} lämnar över till {next_chair} som ordförande från och med {datum(first)}{until}."


def change(was: str | None, becomes: str | None, first: date, last: date | None) -> str:
    """One stretch of days that another seat has in the chair: whose turn it was, and whose it becomes."""
    when = f"{datum(first)}–{datum(last)}" if last else f"från {datum(first)}"
    if was and becomes:
        return f"• {when}: {becomes} i stället för {was}"
    return f"• {when}: {becomes}" if becomes else f"• {when}: inte längre {was}"


def more_changes(number: int) -> str:
    return f"… och {antal(number, 'ändring', 'ändringar')} till"


def rotated(forum: str, chair: str) -> str:
    return f"Klart. {chair} är nu ordförande i {forum}."


def already(chair: str) -> str:
    return f"Redan gjort: ordförandeskapet har gått vidare, och {chair} är ordförande nu."


def told_heading(forum: str) -> str:
    return f"{forum}: ny ordförande"


def concerned_heading(forum: str) -> str:
    return f"{forum}: din tur som ordförande ändras"


def anchored_heading(forum: str) -> str:
    return f"{forum}: turordningen är klar"


def told(chair: str, last: date | None, by: str, before: Sequence[str]) -> str:
    until = f" till och med {datum(last)}" if last else ""
    made = f" Överlämningen gjordes av {by}." if by else ""
    thanks = f" Tack till {uppräkning(list(before))}." if before else ""
    return f"{chair} är ordförande från och med i dag{until}.{thanks}{made}"


def told_undone(by: str) -> str:
    return f"Den senaste ändringen är ångrad av {by}." if by else "Den senaste ändringen är ångrad."


def swap_question(one: str, other: str) -> str:
    return f"{one} och {other} byter turer."


def turn_label(seat: str, first: date, last: date | None) -> str:
    return f"{datum(first)}: {seat}"[:75]


def stand_in_question(chair: str, first: date, last: date) -> str:
    when = datum(first) if first == last else f"från och med {datum(first)} till och med {datum(last)}"
    return f"{chair} är ordförande {when}."


def told_swap(one: str, other: str, by: str) -> str:
    made = f" Bytet gjordes av {by}." if by else ""
    return f"{one} och {other} har bytt turer.{made}"


def told_stand_in(chair: str, first: date, last: date, by: str) -> str:
    made = f" Det bestämdes av {by}." if by else ""
    return stand_in_question(chair, first, last) + made


def saved(forum: str) -> str:
    return f"Klart. Turordningen i {forum} är ändrad."


def changed_meanwhile(forum: str) -> str:
    return f"Turordningen i {forum} har ändrats sedan frågan ställdes. Börja om, så visas vad som gäller nu."


NEW_RULE = "Överenskommelsen har lästs in på nytt, och turordningen är ändrad. Det som har varit ändras inte."


def changes_in(forum: str) -> str:
    return f"Turer som ordförande som ändras i {forum}:"
