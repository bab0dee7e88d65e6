"""Every sentence a reminder can say. Arguments in, finished Swedish out; "enligt överenskommelsen", never blame."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from schedules.acting_chair import ActingChair, By, Why
from schedules.swedish import (
    antal,
    datum,
    datum_lista,
    datum_vecka,
    räkneord,
    spann,
    stor,
    stund,
    tidpunkt,
    uppräkning,
)

# --- buttons -------------------------------------------------------------------------------------------------------

BOOK = "Boka tid"
LOG = "Logga"
LOG_PART = "Logga vad som blev gjort"
COMING = "Kommer"
DECLINING = "Kan inte"
SENDING = "Skickar ersättare"
SNOOZE = "Påminn senare"
WHY = "Varför?"
WAIVE = "Avstå denna period"
MOVE = "Flytta"
FOR_ANOTHER = "Svara åt någon"
TALLY = "Vilka kommer"
RAISE = "Anmäl ärende"
REPORT = "Hur går det?"
MOST_MATTERS = 12
FORECAST = "Visa turordningen"
ANCHOR = "Ange vems tur det är"
OVERVIEW = "Visa läget"
MINE = "Vad väntar på mig?"
PULSE_GOING = "Pågår"
PULSE_HAPPENED = "Något har hänt"
PULSE_PAUSED = "Pausad"
PLACES_ONLY = (
    "Inga namn, personnummer eller uppgifter om enskilda här. Individärenden tas i SSPF, SIG eller som orosanmälan."
)

# --- why and when --------------------------------------------------------------------------------------------------


def according_to(where: str, quote: str) -> str:
    """The line of the agreement that a reminder comes from."""
    return f"Enligt {where}: ”{quote}”" if quote else f"Enligt {where}."


def moved_from(day: date, why: str) -> str:
    return f"Skulle ha gått ut {datum(day)} ({why}) och är därför flyttad."


def late(due: datetime, zone: str, outages: Sequence[tuple[datetime, datetime]]) -> str:
    """Honest lateness: when it should have come, and when the bot was down."""
    was = f"Skulle ha kommit {stund(due, zone)}"
    if not outages:
        return f"{was}, men kunde inte skickas då."
    first, last = outages[0][0], outages[-1][1]
    return f"{was}; boten var nere {_between(first, last, zone)}."


def _between(first: datetime, last: datetime, zone: str) -> str:
    start, end = stund(first, zone), stund(last, zone)
    same_day = start.rsplit(" kl. ", 1)[0] == end.rsplit(" kl. ", 1)[0]
    if same_day:
        return f"{start.rsplit(' kl. ', 1)[1]}–{end.rsplit(' kl. ', 1)[1]}"
    return f"från {start} till {end}"


def several(day: date) -> str:
    return f"Påminnelser {datum(day)}"


def several_late(count: int) -> str:
    return f"{antal(count, 'försenad påminnelse', 'försenade påminnelser')} i en lista"


def in_forum(title: str, forum: str) -> str:
    """The commitment with its forum, where the title does not already say it."""
    return title if forum.casefold()[:8] in title.casefold() else f"{title} ({forum})"


# --- nothing booked --------------------------------------------------------------------------------------------------


def nothing_booked_heading(title: str) -> str:
    return f"{title}: dags att boka"


def nothing_booked(
    held: int, booked: int, needed: int, window: str, weeks_left: int, suggestions: Sequence[date]
) -> str:
    """Pace in one sentence: what is held and booked of what is needed, working weeks left, suggested days."""
    parts = [f"{held} av {needed} är genomförda under {window}"]
    if booked:
        parts[0] += f" och {antal(booked, 'till är bokat', 'till är bokade')}"
    parts.append(f"{räkneord(weeks_left)} {'arbetsvecka' if weeks_left == 1 else 'arbetsveckor'} kvar")
    if suggestions:
        parts.append(f"förslag: {datum_lista(suggestions)}")
    return stor(", ".join(parts)) + "."


# --- meetings and other occasions ------------------------------------------------------------------------------------


def call_for_matters_heading(title: str) -> str:
    return f"{title}: ärenden till dagordningen"


def call_for_matters(on: date, at: time | None, place: str, days: int) -> str:
    when = f"Om {days} dagar är det möte: {when_where(on, at, place)}."
    return f"{when} Har du något som behöver tas upp? Tryck på {RAISE}, så kommer det med på dagordningen."


def summons_heading(title: str) -> str:
    return f"Kallelse: {title}"


def when_where(on: date, at: time | None, place: str) -> str:
    return tidpunkt(on, at) + (f", {place}" if place else "")


def agenda(points: Sequence[tuple[int, str, str]]) -> str:
    """The agenda, a line for each (number, title, what is known of it)."""
    shown = [agenda_line(*each) for each in points[:MOST_POINTS]]
    if len(points) > MOST_POINTS:
        shown.append(f"… och {antal(len(points) - MOST_POINTS, 'punkt', 'punkter')} till (/mote ärenden)")
    return "\n".join(["Dagordning:", *shown])


def agenda_line(number: int, title: str, detail: str) -> str:
    return f"{number}. {title}" + (f" ({detail.rstrip('.')})" if detail else "")


def agenda_added(points: Sequence[tuple[int, str, str]]) -> str:
    """What has come up after the summons."""
    return "\n".join(["Tillkommit efter kallelsen:", *(agenda_line(*each) for each in points)]) if points else ""


MOST_POINTS = 40
AGENDA_MODEL = (
    "Godkännande av dagordning",
    "Föregående anteckningar",
    "Lägesbild polis",
    "Lägesbild kommun",
    "Lägesbild räddningstjänst",
    "Uppföljning av aktiviteter",
    "Övriga frågor",
    "Nästa möte",
)


def is_last(point: str) -> bool:
    """Whether a standing point comes after what has come up: other questions, and the next meeting; with or without its
    time before and who presents it after."""
    bare = re.sub(r"^[\d.:–\-\s]+|\s*\(.*\)\s*$", "", point)
    return bare.casefold().strip() in ("övriga frågor", "övrigt", "nästa möte")


def matters_so_far(titles: Sequence[str]) -> str:
    return f"Hittills anmält: {uppräkning(list(titles[:MOST_MATTERS]))}." if titles else ""


def answer_please() -> str:
    return "Svara med knapparna, så vet ordföranden vilka som kommer."


def soon_heading(title: str, days: int) -> str:
    return f"{title}: i morgon" if days == 1 else f"{title}: om {räkneord(days)} dagar"


def today_heading(title: str) -> str:
    return f"{title}: i dag"


def coming(count: int, declined: int) -> str:
    if not count and not declined:
        return "Ingen har svarat än."
    return f"{antal(count, 'kommer', 'kommer')}, {antal(declined, 'kan inte', 'kan inte')}."


def nobody_from(parties: Sequence[str]) -> str:
    return f":warning: Som det ser ut kommer ingen från {uppräkning(list(parties))}."


def tally_heading(title: str) -> str:
    return f"{title}: vilka kommer"


def tally(coming: Sequence[str], declined: Sequence[str], sending: Sequence[str], silent: Sequence[str]) -> list[str]:
    """A line for each answer that somebody has given, and for those who are waited for."""
    said = {COMING: coming, DECLINING: declined, SENDING: sending, "Har inte svarat": silent}
    return [f"{answer} ({len(names)}): {uppräkning(list(names))}" for answer, names in said.items() if names]


def also_away(names: Sequence[str]) -> str:
    return f"Har sagt att de är borta den dagen: {uppräkning(list(names))}"


def missing_heading(title: str) -> str:
    return f"{title}: en part saknas"


def missing(party: str, when: str) -> str:
    return f"Som det ser ut kommer ingen från {party}. {when}. Fråga en ersättare, eller flytta mötet."


def not_missing_heading(title: str) -> str:
    return f"{title}: fler kommer"


def not_missing(party: str, when: str) -> str:
    return f"Nu ser det ut att komma någon från {party}. {when}."


def waiting_for_answers(names: Sequence[str]) -> str:
    return f"Har inte svarat: {uppräkning(list(names))}."


# --- walks and activities ---------------------------------------------------------------------------------------------


def prepare_heading(title: str, days: int) -> str:
    return f"{title}: om {days} dagar"


def walk_set_date(on: date, at: time | None, place: str) -> str:
    return (
        f"Trygghetsvandringen är planerad till {when_where(on, at, place)}. Bestäm dag, område och rutt nu: "
        "gå rutten i förväg både i dagsljus och mörker, och bjud in beslutsfattare."
    )


def walk_roles(on: date, at: time | None, place: str) -> str:
    return (
        f"{stor(when_where(on, at, place))}. Utse gruppledare, sekreterare, fotograf och kartläsare, och skicka ut "
        "inbjudan. Högst 20 deltagare är lagom; fler än tio delas i två grupper."
    )


def activity_prepare(on: date, at: time | None, place: str) -> str:
    return f"Planerad till {when_where(on, at, place)}. Är allt på plats?"


def log_heading(title: str) -> str:
    return f"{title}: vad blev det av?"


def log_please(on: date, at: time | None, place: str, days: int) -> str:
    """The first, second and third time of asking."""
    if days >= -1:
        return f"{stor(when_where(on, at, place))}. Logga vad som blev gjort, så syns det i läget."
    if days >= -7:
        return f"{stor(when_where(on, at, place))} är inte loggat än. Hinner du göra det eller be någon annan?"
    return f"{stor(when_where(on, at, place))} är fortfarande inte loggat. Kan ni hjälpa till?"


def walk_protocol_heading(title: str) -> str:
    return f"{title}: protokollet"


def walk_protocol(on: date) -> str:
    what = "med åtgärder, ansvariga och när det ska vara gjort"
    return f"Protokollet från vandringen {datum(on)} bör vara klart nu, {what}."


def walk_feedback_heading(title: str) -> str:
    return f"{title}: återkoppla till deltagarna"


def walk_feedback(on: date) -> str:
    return (
        f"Berätta för dem som gick med {datum(on)} vad som ska göras, vad som inte görs och varför. "
        "Det är det som får dem att komma nästa gång."
    )


def walk_measures_heading(title: str) -> str:
    return f"{title}: hur går det med åtgärderna?"


def walk_measures(on: date, days: int) -> str:
    return f"Det har gått {days} dagar sedan vandringen {datum(on)}. Vad är klart, vad pågår och vad går inte att göra?"


def walk_again_heading(title: str) -> str:
    return f"{title}: gå samma väg igen?"


def walk_again(on: date, place: str) -> str:
    where = f" i {place}" if place else ""
    return f"För ungefär ett år sedan, {datum(on)}, gick ni{where}. Gå igen och se vad som har blivit gjort."


# --- follow-ups -------------------------------------------------------------------------------------------------------


def follow_up_heading(title: str, days: int) -> str:
    if days == 0:
        return f"{title}: ska vara klart i dag"
    if days < 0:
        return f"{title}: inte loggat än"
    return f"{title}: om {days} dagar"


def follow_up(due: date, days: int, method: str) -> str:
    if days > 0:
        when = f"Ska vara klart senast {datum_vecka(due)}."
    elif days == 0:
        when = f"Sista dagen är i dag, {datum_vecka(due)}."
    else:
        when = f"Skulle enligt överenskommelsen vara klart {datum(due)}. Logga vad som är gjort, eller när det blir av."
    return f"{when} {method}".strip()


# --- the chair --------------------------------------------------------------------------------------------------------


def chair_soon_heading(forum: str) -> str:
    return f"{forum}: ordförandeskapet går vidare"


def chair_soon(seat: str, names: Sequence[str], on: date) -> str:
    who = f"{seat} ({uppräkning(list(names))})" if names else f"{seat} (ingen är utsedd)"
    return f"{datum_vecka(on)} tar {who} över som ordförande. Lämna över ärenden och kommande möten."


def chair_today(seat: str, names: Sequence[str], first: date, today: date) -> str:
    who = f"{seat}, {uppräkning(list(names))}" if names else f"{seat} (ingen är utsedd)"
    since = "i dag" if first == today else datum(first)
    return f"Från och med {since} är {who} ordförande. Tack till den som har lett forumet hittills."


def chair_next_meeting(seat: str, names: Sequence[str], on: date | None) -> str:
    who = f"{seat}, {uppräkning(list(names))}," if names else f"{seat} (ingen är utsedd)"
    when = f", {datum_vecka(on)}," if on else ""
    return f"Nästa möte{when} leds av {who.rstrip(',')}. Tack till den som ledde det förra."


def chair_vacant_heading(forum: str) -> str:
    return f"{forum}: ordförandeplatsen är vakant"


def chair_vacant(seat: str) -> str:
    return f"Ingen sitter på {seat}, som enligt överenskommelsen är ordförande. Utse någon med /samverkan medlemmar."


def acting(acting: ActingChair, names: Sequence[str]) -> str:
    """Why it is not the chair who leads, and who does; "" where it is the chair, or nobody is known to."""
    if acting.why is None or acting.by is By.NOBODY:
        return ""
    seat = acting.seat or ""
    who = f"{seat}, {uppräkning(list(names))}," if names else seat
    if acting.why is Why.UNKNOWN:
        return f"Vice ordförande {who} leder tills det är klart vem som är ordförande."
    why = "Platsen är vakant" if acting.why is Why.VACANT else "Ordföranden är borta"
    if acting.by is By.DEPUTY:
        return f"{why}; ersättaren {uppräkning(list(names))} leder."
    if acting.by is By.VICE:
        return f"{why}; vice ordförande {who} leder."
    if acting.by is By.NEXT:
        return f"{why}; {who.rstrip(',')}, som står på tur därnäst, leder."
    return f"{why}; samordnarna håller i forumet så länge."


def chair_unknown_heading(forum: str) -> str:
    return f"{forum}: vems tur är det att vara ordförande?"


def chair_unknown() -> str:
    return (
        "Överenskommelsen säger att ordförandeskapet växlar, men inte vem som börjar eller hur länge. "
        "Ange det en gång, så räknar boten ut resten. Boten gissar aldrig."
    )


# --- event-bound, agreement, pulse ------------------------------------------------------------------------------------


def event_heading(title: str, event: str, days: int) -> str:
    return f"{stor(event)} om {days} dagar: {title}"


def event(first: date, last: date, days: int) -> str:
    what = "Ta upp insatsen på nästa möte" if days > 14 else "Stäm av vem som gör vad och när"
    return f"{stor(spann(first, last))}. {what}."


def agreement_ends_heading(municipality: str, months: int) -> str:
    return f"Överenskommelsen för {municipality} löper ut om {antal(months, 'månad', 'månader')}"


def agreement_ends(ends: date, successor_known: bool) -> str:
    if successor_known:
        return f"Den gäller till och med {datum(ends)}. Nästa överenskommelse finns redan inlagd."
    return f"Den gäller till och med {datum(ends)}. Att göra inför en ny:"


RENEWAL = (
    "Initiera: gemensamt beslut, roller och mandat sedda över, ansvariga utsedda",
    "Egna förberedelser: var parts egen lägesbild, förankrad i ledningen",
    "Gemensamma förberedelser: sammanvägd lägesbild, prioriteringar, orsaksanalys för varje prioritering",
    "Ny överenskommelse: mål, aktivitetsplan, uppföljningsplan, kommunikationsplan, undertecknande",
    "Följ upp den gamla: vad gav aktiviteterna, vad lever vidare?",
)


def pulse_heading(title: str) -> str:
    return f"{title}: hur går det?"


def pulse(last: date | None) -> str:
    since = f"Senast noterat {datum(last)}." if last else "Inget är noterat än."
    return f"Det här pågår löpande enligt överenskommelsen. {since} Ett tryck räcker."


# --- the Monday digest ------------------------------------------------------------------------------------------------


def digest_title(municipality: str, day: date) -> str:
    return f"Veckan i {municipality}: {datum_vecka(day)}"


DIGEST_WEEK = "Den här veckan"
DIGEST_UNLOGGED = "Väntar på att loggas"
DIGEST_BEHIND = "Efter i takten"
DIGEST_DUE = "Ska vara klart inom sex veckor"
DIGEST_VACANT = "Vakanta platser"
DIGEST_CHAIRS = "Ordförande"
DIGEST_REFUSED = "Kunde inte skickas"
DIGEST_NUMBERS = "Botens egen räkning"
DIGEST_CALM = "Inget är efter och inget väntar. Fin vecka!"


def digest_occasion(title: str, on: date, at: time | None, place: str) -> str:
    return f"• {when_where(on, at, place)}: {title}"


def digest_unlogged(title: str, on: date) -> str:
    return f"• {title}, {datum(on)}"


def digest_behind(title: str, held: int, booked: int, needed: int, suggestions: Sequence[date]) -> str:
    tail = f"; förslag {datum_lista(suggestions)}" if suggestions else ""
    return f"• {title}: {held} av {needed} genomförda, {booked} bokade{tail}"


def digest_due(title: str, due: date) -> str:
    return f"• {title}: senast {datum_vecka(due)}"


def digest_vacant(name: str, count: int, forums: Sequence[str], *, chairs: bool, new: bool) -> str:
    where = f" ({uppräkning(list(forums))})" if forums else ""
    marks = [antal(count, "plats", "platser")] if count > 1 else []
    marks += ["med i ordningen för ordförande"] if chairs else []
    marks += ["vakant sedan den senaste veckan"] if new else []
    return f"• {name}{where}" + (f": {', '.join(marks)}" if marks else "")


def more_vacancies(count: int) -> str:
    return f"… och {antal(count, 'till', 'till')}"


def every_vacancy(count: int) -> str:
    return f"Visa alla {count} vakanta platser"


def digest_chair(forum: str, seat: str, until: date | None) -> str:
    return f"• {forum}: {seat}" + (f" till och med {datum(until)}" if until else "")


def digest_chair_unknown(forum: str) -> str:
    return f"• {forum}: vems tur det är saknas i överenskommelsen"


def digest_refused(count: int) -> str:
    return f"• {antal(count, 'meddelande', 'meddelanden')}. Se /samverkan varfor"


def digest_numbers(planned: int, sent: int, late_count: int, longest_seconds: int, missing: int = 0) -> str:
    longest = f", längst {längd(longest_seconds)}" if sent else ""
    lost = f". {missing} påminnelser blev aldrig planerade" if missing > 1 else ""
    lost = ". 1 påminnelse blev aldrig planerad" if missing == 1 else lost
    return f"Senaste sju dagarna: {planned} planerade, {sent} skickade, {late_count} sena{longest}{lost}."


def längd(seconds: int) -> str:
    """4 s, 3 min, 2 tim, 3 dygn"""
    for size, name in ((86_400, "dygn"), (3_600, "tim"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"


def measure_heading(title: str, days: int) -> str:
    if days > 0:
        return f"Åtgärd att bli klar med: {title}"
    return f"Åtgärden ska vara klar i dag: {title}" if days == 0 else f"Hur gick det med åtgärden: {title}"


def measure(responsible: str, due: date) -> str:
    who = f" Ansvarig: {responsible}." if responsible else ""
    return f"Klart senast {datum(due)}.{who}"


# --- preview ----------------------------------------------------------------------------------------------------------

PREVIEW_HEADS = ("Dag", "Kl.", "Vad", "Till", "Om")
AUDIENCES = {
    "channel": "kanalen",
    "chair": "ordföranden",
    "incoming": "den som tar över",
    "coordinators": "samordnarna",
    "responsible": "ansvariga",
}
KINDS = {
    "nothing_booked": "Boka",
    "call_for_matters": "Ärenden till dagordningen",
    "summons": "Kallelse",
    "prepare": "Förbered",
    "soon": "Snart",
    "tally": "Vilka kommer",
    "today": "I dag",
    "log": "Logga",
    "due": "Ska vara klart",
    "overdue": "Inte loggat",
    "walk_protocol": "Protokoll",
    "walk_feedback": "Återkoppla",
    "walk_measures": "Åtgärder efter vandring",
    "walk_again": "Gå igen",
    "chair_soon": "Ordförandebyte närmar sig",
    "chair_today": "Ordförandebyte",
    "chair_vacant": "Ordförandeplatsen är vakant",
    "chair_unknown": "Vems tur saknas",
    "event": "Ungdomshelg",
    "agreement_ends": "Överenskommelsen löper ut",
    "pulse": "Puls",
    "trends_due": "Trender att rapportera",
    "measure_soon": "Åtgärd ska snart vara klar",
    "measure_due": "Åtgärd ska vara klar",
    "measure_late": "Åtgärd är inte klar",
    "digest": "Veckobrev",
    "snoozed": "Påmind senare",
    "occasion": "Tillfälle",
    "booked": "Bokat",
    "moved": "Flyttat",
    "place": "Ny plats",
    "cancelled": "Inställt",
    "outcome": "Utfall",
    "waived": "Avstått",
    "matter": "Ärende",
    "minutes": "Minnesanteckningar",
    "trends": "Trender",
    "chair": "Ordförandeskapet",
    "seat": "Plats i ett forum",
    "absence": "Frånvaro",
    "channel": "Kanalen",
    "members": "Kanalen och medlemslistan",
    "unsent": "Kunde inte skickas",
    "attendance": "Vilka kommer",
    "minutes_missing": "Minnesanteckningar saknas",
}


# --- what could not be sent -------------------------------------------------------------------------------------------

UNSENT_WHY = {
    "no_address": "personen har ingen e-postadress i listan",
    "mail_unknown": "e-postservern svarade inte färdigt",
    "mail_refused": "e-postservern tar inte emot till den adressen",
    "mail_away": "e-postservern svarar inte",
    "mail_busy": "e-postservern tar inte emot just nu",
    "mail_login": "e-postservern tar inte emot botens inloggning",
    "no_channel": "ingen kanal är kopplad",
    "is_archived": "kanalen är arkiverad",
    "channel_not_found": "kanalen finns inte, eller så ser boten den inte",
    "not_in_channel": "boten är inte inbjuden i kanalen",
    "user_not_found": "personen finns inte i Slack",
    "user_disabled": "personens konto i Slack är avstängt",
    "cannot_dm_bot": "mottagaren är en bot",
    "restricted_action": "kanalen tillåter inte att boten skriver",
    "invalid_blocks": "Slack godtog inte meddelandets form",
    "msg_too_long": "meddelandet är för långt",
    "msg_blocks_too_long": "meddelandet är för långt",
}


def instead_of_forum(forum: str) -> str:
    return f"Skulle ha gått till kanalen för {forum}, men ingen kanal är kopplad. Koppla en med /samverkan koppla."


def instead_of_person(name: str) -> str:
    return f"Skulle ha gått till {name}, som inte har Slack."


def unsent_heading(where: str) -> str:
    return f"Kunde inte skickas till {where}"


def unsent(why: str, maybe: bool, *, again: bool = False) -> str:
    """The reason in words; `maybe`: it may have arrived all the same, but that cannot be read in Slack. `again`: it
    goes when the channel can be written in."""
    reason = UNSENT_WHY.get(why, f"Slack svarade ”{why}”")
    if maybe:
        return f"Det är osäkert om meddelandet kom fram ({reason}), så det skickas inte igen. Se efter i kanalen."
    if again:
        return f"Orsak: {reason}. Meddelandet skickas om kanalen går att skriva i inom sju dagar."
    return f"Orsak: {reason}. Meddelandet skickas inte igen av sig självt."


def unsent_remedy() -> str:
    return "Bjud in boten i kanalen, eller koppla forumet till en annan kanal med /samverkan koppla."


def unsent_said(heads: Sequence[str]) -> str:
    return "Det gällde: " + "; ".join(heads)


# --- accounts ---------------------------------------------------------------------------------------------------------

ACCOUNT_CLOSED = (
    "Påminnelser, kalender och rättigheter har upphört för kontot. Tillsätt någon annan på platsen om personen har "
    "slutat. Öppnas kontot igen kommer rättigheterna tillbaka av sig själva."
)


def account_closed_heading(name: str) -> str:
    return f"Kontot i Slack för {name} är stängt"


def account_closed(seats: Sequence[str], forums: Sequence[str]) -> str:
    where = f" i {uppräkning(list(forums))}" if forums else ""
    return f"Det berör {uppräkning(list(seats))}{where}."


def members_of(forum: str) -> str:
    return f"Medlemmar: {forum}"


# --- channels ---------------------------------------------------------------------------------------------------------

CHANNEL_ARCHIVED = "Kanalen är arkiverad, så ingenting kan skrivas där. Ta fram den igen eller koppla en annan."
CHANNEL_GONE = (
    "Slack visar inte kanalen för boten. Den kan ha fått ett nytt id, till exempel när den delades, vara borttagen, "
    "eller vara privat utan att boten är med. Bjud in boten, eller koppla forumet till rätt kanal med "
    "/samverkan koppla."
)
CHANNEL_LEFT = "Boten är inte kvar i kanalen. Bjud in den igen eller koppla forumet till en annan kanal."
INTERNAL_TURNED_ASIDE = (
    "Ingen av parterna hör dit, så vitt medlemslistan säger. Bara det som är märkt publik skrivs i kanalen så länge. "
    "Det andra, det som är intern eller parterna, kommer direkt till dem som sitter i forumet och till samordnarna."
)


def channel_shared(forum: str) -> str:
    return f"Kanalen för {forum} delas med en organisation till"


def shared_with(team_id: str, names: Sequence[str]) -> str:
    who = f" På medlemslistan hör {uppräkning(names)} dit." if names else ""
    return f"Organisationen {team_id} i Slack kan nu läsa det som står i kanalen.{who}"


def channel_closed(forum: str) -> str:
    return f"Kanalen för {forum} går inte att skriva i"


def internal_in(forum: str) -> str:
    return f"Till {forum}. Kanalen delas med fler än parterna, så det kommer direkt till dig i stället."


# --- calendars --------------------------------------------------------------------------------------------------------

CALENDAR_INTERNAL = "Internt tillfälle"
ADD_TO_CALENDAR = "Lägg i kalendern"


UNTIL = re.compile(r"(?:, |^)till kl\.? ?(\d{1,2})[.:](\d{2})$")


def said_until(place: str) -> tuple[str, time | None]:
    """The place without the end time that a booking keeps as part of it ("Kommunhuset, till kl. 15.30"), and that
    time; None where there is none."""
    found = UNTIL.search(place)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return place, None
    return place[: found.start()], time(int(found[1]), int(found[2]))


def calendar_cancelled(title: str) -> str:
    return f"Inställt: {title}"


def calendar_source(where: str) -> str:
    return f"Enligt överenskommelsen, {where}."


# --- the agenda -------------------------------------------------------------------------------------------------------

AGENDA_BEHIND = "Aktiviteter att följa upp"
WRITE_MINUTES = "Skriv anteckningar"
MOST_NAMED_ACTIVITIES = 6
# broad enough that nobody can be meant: kinds of events and places, never people
TREND_CATEGORIES: Mapping[str, str] = {
    "ordning": "Ordningsstörningar",
    "skadegorelse": "Skadegörelse och klotter",
    "stold": "Stöld och inbrott",
    "vald": "Våld och hot på allmän plats",
    "narkotika": "Narkotika på allmän plats",
    "alkohol": "Alkohol på allmän plats",
    "trafik": "Trafik",
    "brand": "Anlagd brand",
    "miljo": "Mörka eller nedskräpade platser",
    "trygghet": "Upplevd otrygghet",
}
TREND_DIRECTIONS: Mapping[str, str] = {"up": "Ökar", "same": "Som förut", "down": "Minskar"}


def trends(found: Mapping[str, str]) -> str:
    """ "Ökar: trafik. Minskar: klotter." """
    said = []
    for direction, label in TREND_DIRECTIONS.items():
        named = [
            TREND_CATEGORIES[each].lower()
            for each, way in found.items()
            if way == direction and each in TREND_CATEGORIES
        ]
        if named:
            said.append(f"{label}: {uppräkning(named)}.")
    return " ".join(said)


REPORT_TRENDS = "Rapportera trender"


def trends_heading(forum: str) -> str:
    return f"{forum}: dags att rapportera trender"


def trends_please(above: str, on: date) -> str:
    return (
        f"{above} möts {datum(on)}. Rapportera vad ni ser på platserna, så kommer det med på dagordningen där. "
        "Aldrig något om enskilda."
    )


def agenda_trends(forum: str) -> str:
    return f"Trender från {forum}"


def agenda_raised(name: str) -> str:
    return f"anmält av {name}" if name else "anmält ärende"


def agenda_from(forum: str) -> str:
    return f"från {forum}" if forum else "anmält ärende"


def agenda_measure(title: str) -> str:
    return f"Åtgärd: {title}"


def agenda_due(due: date) -> str:
    return f"klar senast {datum(due)}"


def some_of(titles: Sequence[str]) -> str:
    """The first titles, and how many more there are."""
    if len(titles) <= MOST_NAMED_ACTIVITIES:
        return uppräkning(titles)
    return f"{', '.join(titles[:MOST_NAMED_ACTIVITIES])} och {len(titles) - MOST_NAMED_ACTIVITIES} till"


LEFT_BY_SEAT = "Följde inte med när platsen bytte person."

# --- channel and roster -----------------------------------------------------------------------------------------------

SHOW_MEMBERS = "Visa medlemmar"
AS_IT_SHOULD_BE = "Det är som det ska"
MOST_NAMED = 12


def give_seat(name: str) -> str:
    return f"Ge plats: {name}"


def end_seat(name: str) -> str:
    return f"Avsluta: {name}"


def members_heading(forum: str) -> str:
    return f"{forum}: kanalen och medlemslistan skiljer sig"


def _named(names: Sequence[str]) -> str:
    left = len(names) - MOST_NAMED
    return uppräkning([*names[:MOST_NAMED], *([f"{left} till"] if left > 0 else [])])


def not_in_channel(names: Sequence[str]) -> str:
    return f"Sitter i forumet men är inte med i kanalen: {_named(names)}. Bjud in med /invite @namn i kanalen."


def without_seat(names: Sequence[str]) -> str:
    return f"Är med i kanalen utan plats i forumet: {_named(names)}."
