"""Sentences about who chairs."""

from collections.abc import Collection, Sequence
from datetime import date, time

from schedules.swedish import antal, datum, uppräkning
from schedules.texts import when_where

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
STAND_IN_HINT = "Gäller bara om du inte har valt ett möte. Sedan fortsätter den vanliga turordningen."
STAND_IN_MEETING = "Gäller det ett bokat möte?"
NO_MEETING, NO_MEETING_VALUE = "Nej, dagarna nedan", "dagar"
NO_SUCH_MEETING = "Välj ett bokat möte i listan."
FOLLOWS_MEETING = "Flyttas mötet följer det här med. Den vanliga turordningen fortsätter efteråt."
STAND_IN_IS_NO_TURN = "En tillfällig ordförande har ingen egen tur att byta med."
STAND_IN_LEADS = "En tillfällig ordförande leder just nu. Lämna över när den tiden är slut."
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
ANCHOR_YES = "Ja, spara"
ANCHOR_HISTORY = "Det som har varit ändras inte."
SHOW_FIRST = "Visa vad som ändras"
NO_CHANGES = "Ingens tur ändras."
APPOINT = "Ange vem som är utsedd"
APPOINT_TITLE = "Vem är utsedd?"
APPOINT_YES = "Ja, så är det"
UNTIL_FURTHER_NOTICE = "Lämna tomt om det gäller tills vidare."
NOT_NAMED = "Ingen är angiven än."
NAMED_AS, CHAIR_ROLE, VICE_ROLE = "Som vad?", "Ordförande", "Vice ordförande"
CHAIR_VALUE, VICE_VALUE = "o", "v"
NAMED_SEAT, VICE_SEAT = "Vem är utsedd?", "Vem är vice ordförande?"
VICE_TITLE = "Vice ordförande"
HISTORY_IS_LEFT = "Det som har varit ändras inte."
NOBODY_CHAIRS = "Ingen är angiven som ordförande i forumet."
STEP_DOWN = "Avgå"
VICE_TAKES_OVER = "Ja, vice tar över"
NEXT_TAKES_OVER = "Nästa i tur tar över"
SOMEBODY_ELSE = "Någon annan"
NO_VICE = "Forumet har ingen vice ordförande att lämna över till. Välj vem som leder."
NEXT_OR_OTHER = "Vem tar över? Inget ändras förrän du har sett vad det innebär och svarat ja."
HISTORY = "Historik"
HISTORY_TITLE = "Ordförande hittills"
NO_HISTORY = "Ingen är antecknad än."
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


def coming_after_meeting(chair: str) -> str:
    return f"Härnäst: {chair}, efter nästa möte"


def vice(chair: str) -> str:
    return f"Vice ordförande: {chair}"


def appointed(by: str | None) -> str:
    return f"Ordförande utses av {by}." if by else "Ordförande utses; överenskommelsen säger inte av vem."


def elected(by: str | None) -> str:
    return f"Ordförande väljs av {by}." if by else "Forumet väljer ordförande inom sig."


def after_that(seats: Sequence[str]) -> str:
    return f"Därefter, möte för möte: {', '.join(seats)}"


def agreement_ends(ends: date) -> str:
    return f"Överenskommelsen gäller till och med {datum(ends)}. Vad som gäller därefter är inte bestämt."


def seated_from(name: str, first: date | None) -> str:
    """Somebody who sat on the seat; `first` when that was after the turn had begun."""
    return f"{name} från {datum(first)}" if first else name


def been(first: date, last: date | None, seat: str, names: Sequence[str], by: str, decided_on: date | None) -> str:
    """A turn that has been, or is: `last` None."""
    until = f"–{datum(last)}" if last else " till i dag"
    decided = f" (beslutat {datum(decided_on)}" + (f" av {by})" if by else ")") if decided_on else ""
    return f"• {datum(first)}{until}: {who(seat, names)}{decided}"


def more_turns(number: int) -> str:
    return f"… och {antal(number, 'tidigare tur', 'tidigare turer')}"


def meeting_label(on: date, at: time | None, place: str) -> str:
    return when_where(on, at, place)[:75]


def anchor_question(seat: str, first: date) -> str:
    return f"Turordningen räknas från {datum(first)}, med {seat} först."


def told_anchor(seat: str, first: date, by: str) -> str:
    made = f" Det angavs av {by}." if by else ""
    return f"Turordningen är angiven: den räknas från {datum(first)}, med {seat} först.{made}"


def named(chair: str, first: date, last: date | None, *, vice: bool) -> str:
    until = f" till och med {datum(last)}" if last else " tills vidare"
    return f"{chair} är {'vice ordförande' if vice else 'ordförande'} från och med {datum(first)}{until}."


def told_named(chair: str, first: date, last: date | None, by: str, *, vice: bool) -> str:
    made = f" Det antecknades av {by}." if by else ""
    return named(chair, first, last, vice=vice) + made


def named_saved(forum: str) -> str:
    return f"Klart. Det är antecknat vem som är utsedd i {forum}."


def vice_question(chair: str, last: date | None) -> str:
    until = f"till och med {datum(last)}" if last else "tills vidare"
    return f"Vice ordförande {chair} tar över från och med i dag, {until}."


def told_vice(chair: str, last: date | None, by: str) -> str:
    made = f" Överlämningen gjordes av {by}." if by else ""
    return vice_question(chair, last) + made


def change_meetings(now_chair: str, next_chair: str) -> str:
    return f"De två byter möten: {next_chair} leder nästa möte, och {now_chair} leder det möte som blev ledigt."


def told_change_meetings(now_chair: str, next_chair: str, by: str) -> str:
    made = f" Bytet gjordes av {by}." if by else ""
    return change_meetings(now_chair, next_chair) + made


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


HEADINGS = {
    "ordforande rotera": "ny ordförande",
    "ordforande avga": "ny ordförande",
    "ordforande byt": "två turer byter plats",
    "ordforande tillfallig": "tillfällig ordförande",
    "ordforande utse": "utsedd",
    "ordforande ankare": "turordningen är angiven",
    "ordforande angra": "en ändring är ångrad",
}


def told_heading(forum: str, action: str) -> str:
    """The heading of what a forum is told; `action` is the command that made the change, "" for another agreement."""
    return f"{forum}: {HEADINGS.get(action, 'turordningen är ändrad')}"


def concerned_heading(forum: str) -> str:
    return f"{forum}: din tur som ordförande ändras"


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
