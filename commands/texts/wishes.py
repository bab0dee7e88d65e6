"""Sentences about what a person wants for their own reminders: absence, quiet hours, together on Mondays."""

from collections.abc import Sequence
from datetime import date, time

from schedules.swedish import datum, klockslag, spann, uppräkning

TITLE = "Mina påminnelser"
INTRO = "Gäller bara det som boten skickar till dig själv. Det som står i forumens kanaler påverkas inte."
AWAY_FROM = "Borta från och med"
AWAY_TO = "Borta till och med"
AWAY_HINT = "Din ersättare får påminnelserna under tiden. Töm båda när du är tillbaka."
HOW = "Hur vill du ha dem?"
EACH_DAY = "Samma morgon som de gäller"
TOGETHER = "Samlat på måndagar"
TOGETHER_HINT = "Det som inte kan vänta till måndagen kommer ändå i tid."
QUIET_FROM = "Tyst från kl."
QUIET_TO = "Tyst till kl."
QUIET_HINT = "Ingenting skickas till dig då. Det kommer när tystnaden är slut."
BOTH_TIMES = "Ange båda klockslagen, eller inget."
DIFFERENT_TIMES = "Klockslagen ska vara olika."
TO_BEFORE_FROM = "Sista dagen ska inte ligga före den första."
TO_PAST = "Den dagen har redan varit."
GIVE_FROM = "Ange första dagen också."
WHEN = "Vilka dagar är du borta? Skriv till exempel /samverkan borta 28 jun till 30 jul, eller tryck här."
OPEN = "Mina påminnelser"
ALL = "Påminnelser kommer till dig samma morgon som de gäller."
GATHERED = "Påminnelser till dig kommer samlat på måndagar; det som inte kan vänta kommer i tid."
BACK = "Välkommen tillbaka. Påminnelserna kommer till dig igen."
WAS_NOT_AWAY = "Du stod inte som borta."
BACK_WORDS = ("slut", "tillbaka", "åter", "nej", "inte längre")
TO_WORDS = ("till och med", "till", "t.o.m.", "tom", "fram till", "från och med", "från", "fr.o.m.", "och")


def _when(first: date, last: date | None) -> str:
    if last is None:
        return f"från och med {datum(first)}"
    return datum(first) if first == last else spann(first, last)


def away(first: date, last: date | None) -> str:
    return f"Du står som borta {_when(first, last)}."


def stands_in(seat: str, names: Sequence[str]) -> str:
    if names:
        return f"• {seat}: {uppräkning(list(names))} får påminnelserna under tiden."
    return f"• {seat}: ingen ersättare finns, så påminnelserna kommer ändå till dig."


def told_deputy(name: str, seat: str, first: date, last: date | None) -> str:
    return f"{name} är borta {_when(first, last)}. Som ersättare på {seat} får du påminnelserna under tiden."


def told_back(name: str, seat: str) -> str:
    return f"{name} är tillbaka. Påminnelserna för {seat} går dit igen."


def quiet(first: time, last: time) -> str:
    return f"Tyst mellan {klockslag(first)} och {klockslag(last)}."


def your_turn(forum: str, first: date, last: date) -> str:
    return f"Du är ordförande i {forum} {_when(first, last)}. Vill du att någon annan leder, så tryck här."


def vice_leads(name: str, forum: str, first: date, last: date) -> str:
    return f"{name}, ordförande i {forum}, är borta {_when(first, last)}. Som vice ordförande leder du så länge."


def who_leads(name: str, forum: str, first: date, last: date) -> str:
    return (
        f"{name}, ordförande i {forum}, är borta {_when(first, last)}. "
        "Där finns ingen ersättare och ingen vice ordförande. Vem leder?"
    )
