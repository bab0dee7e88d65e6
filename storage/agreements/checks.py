"""What must hold between the parts of a file: names that exist, goals with one number each, dates that run forward.

Each rule is a generator of findings. A finding's path leads to the line it is about.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from storage.agreements.directory import Directory, spellings
from storage.agreements.format import ActorReference, AgreementFile, ChairEntry, ForumEntry, Promise
from storage.agreements.names import fold, listing, nearest
from storage.agreements.phrases import parse, term_months

Path = tuple[str | int, ...]
Finding = tuple[Path, str, str, bool]  # where, what is wrong, what is allowed, only a warning
LAW = "lag (2023:196)"


def check(file: AgreementFile, *, period_known: bool = True) -> Iterator[Finding]:
    """Everything that is wrong or worth a warning in a file whose parts are sound, one by one."""
    names = Directory(file)
    for rule in RULES:
        yield from rule(file, names)
    if period_known:
        yield from _period(file)
    yield from _personal(file)


def _wrong(path: Path, message: str, allowed: str) -> Finding:
    return path, message, allowed, False


def _warn(path: Path, message: str, allowed: str = "") -> Finding:
    return path, message, allowed, True


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> Finding:
    choices = list(known)
    near = nearest(name, choices)
    hint = f"; menade du {near}?" if near else ""
    return _wrong(path, f"{what} {name} finns inte i filen{hint}", listing(choices, 40) or "inget: listan är tom")


def _doubles(file: AgreementFile, _: Directory) -> Iterator[Finding]:
    groups: tuple[tuple[str, str, Iterable[tuple[Path, Iterable[str]]]], ...] = (
        (
            "part eller aktör",
            "namn",
            [
                *((("parter", i), spellings(each)) for i, each in enumerate(file.parties)),
                *((("andra aktörer", i), spellings(each)) for i, each in enumerate(file.actors)),
            ],
        ),
        ("funktion", "namn", [(("funktioner", i), spellings(each)) for i, each in enumerate(file.seats)]),
        ("forum", "namn", [(("forum", i), spellings(each)) for i, each in enumerate(file.forums)]),
        ("område", "namn", [(("områden", i), spellings(each)) for i, each in enumerate(file.areas)]),
        ("aktivitet", "namn", [(("aktiviteter", i), [each.name]) for i, each in enumerate(file.activities)]),
        ("uppföljning", "namn", [(("uppföljning", i), [each.name]) for i, each in enumerate(file.follow_ups)]),
        (
            "mått",
            "namn",
            [(("mätning", "mått", i), [each.name]) for i, each in enumerate(file.measures.measures)]
            if file.measures
            else [],
        ),
        ("mål", "nummer", [(("mål", i), [str(each.number)]) for i, each in enumerate(file.goals)]),
        ("bilaga", "nummer", [(("bilagor", i), [str(each.number)]) for i, each in enumerate(file.annexes)]),
    )
    for what, key, entries in groups:
        seen: dict[str, tuple[Path, str]] = {}
        for path, spelt in entries:
            names = list(dict.fromkeys(spelt))
            for position, name in enumerate(names):
                other, whose = seen.setdefault(fold(name), (path, names[0]))
                if other != path:
                    at: Path = (*path, key) if position == 0 else (*path, "alias")
                    also = "" if fold(whose) == fold(name) else f", som alias för {whose}"
                    yield _wrong(at, f"{what} {name} finns redan{also}", f"ett {key} som ingen annan har")
                if not fold(name):
                    yield _wrong(
                        (*path, key), f"{what} {name} saknar bokstäver", "ett namn med bokstäver eller siffror"
                    )


def _seats(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    known = [each.name for each in (*file.parties, *file.actors)]
    for i, seat in enumerate(file.seats):
        if seat.party is not None and names.member(seat.party) is None:
            yield _unknown(("funktioner", i, "part"), "parten", seat.party, known)
    used = {seat.name for forum in file.forums for seat in names.seats_in(forum)}
    used |= {seat.name for seat in names.coordinator_seats()}
    for i, seat in enumerate(file.seats):
        if seat.name not in used:
            yield _warn(("funktioner", i), f"funktionen {seat.name} sitter inte i något forum")


def _coordinators(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    if file.coordinators is None:
        yield _warn(
            ("samordnare",), "inga samordnare: ingen får veckans sammanställning eller frågor om det som saknas"
        )
        return
    for key, listed in (("funktioner", file.coordinators.seats), ("kontakt", file.coordinators.contacts)):
        for i, name in enumerate(listed):
            if names.seat(name) is None:
                yield _unknown(("samordnare", key, i), "funktionen", name, [seat.name for seat in file.seats])


def _forums(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    titles = [forum.name for forum in file.forums]
    if file.default_forum is not None and names.forum(file.default_forum) is None:
        yield _unknown(("standardforum",), "forumet", file.default_forum, titles)
    for i, forum in enumerate(file.forums):
        if forum.parent is not None:
            if names.forum(forum.parent) is None:
                yield _unknown(("forum", i, "överordnat"), "forumet", forum.parent, titles)
            elif _runs_in_a_circle(forum, names):
                message = f"{forum.name} ligger under sig självt: forumen går runt i en ring"
                yield _wrong(("forum", i, "överordnat"), message, "ett forum högre upp, och ett som inget ligger över")
        yield from _lines(i, forum, file, names)


def _runs_in_a_circle(forum: ForumEntry, names: Directory) -> bool:
    seen = {forum.name}
    above = names.forum(forum.parent) if forum.parent else None
    while above is not None and above.name not in seen:
        seen.add(above.name)
        above = names.forum(above.parent) if above.parent else None
    return above is not None and above.name == forum.name


def _lines(i: int, forum: ForumEntry, file: AgreementFile, names: Directory) -> Iterator[Finding]:
    seen: set[str] = set()
    for k, line in enumerate(forum.members):
        path: Path = ("forum", i, "ledamöter", k)
        if fold(line.line) in seen:
            yield _wrong(path, f"raden {line.line} står två gånger", "varje rad en gång; platser: för flera platser")
        seen.add(fold(line.line))
        for j, name in enumerate(line.seats):
            if names.seat(name) is None:
                yield _unknown((*path, "funktion", j), "funktionen", name, [seat.name for seat in file.seats])


def _chairs(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    for i, forum in enumerate(file.forums):
        path: Path = ("forum", i, "ordförande")
        yield from _chair_names(path, forum, file, names)
        yield from _chair_form(path, forum.chair)
        yield from _chair_gaps(path, forum, names)
        if forum.strategic:
            yield from _council(path, forum, names)


def _chair_names(path: Path, forum: ForumEntry, file: AgreementFile, names: Directory) -> Iterator[Finding]:
    chair = forum.chair
    seated = [seat.name for seat in names.seats_in(forum)]
    named = [((*path, "ordning", k), name) for k, name in enumerate(chair.order)]
    named += [((*path, key), name) for key, name in (("först", chair.first), ("vice", chair.vice)) if name]
    outside_allowed = chair.way == "sammankallande"  # somebody outside the forum may convene it
    for at, name in named:
        seat = names.seat(name)
        if seat is None:
            yield _unknown(at, "funktionen", name, seated)
        elif seat.name not in seated and not outside_allowed:
            message = f"{seat.name} sitter inte i {forum.name} och kan inte leda det"
            yield _wrong(at, message, listing(seated, 40))
    for k, name in enumerate(chair.parties):
        if names.member(name) is None:
            yield _unknown((*path, "parter", k), "parten", name, [party.name for party in file.parties])
    for key, listed in (("ordning", chair.order), ("parter", chair.parties)):
        if len({fold(name) for name in listed}) < len(listed):
            yield _wrong((*path, key), "samma namn står två gånger", "varje namn en gång")
    order = [seat.name for seat in names.chair_order(forum)]
    first = names.seat(chair.first) if chair.first else None
    if first is not None and order and first.name not in order:
        yield _wrong((*path, "först"), f"{first.name} står inte i turordningen", listing(order))
    if chair.parties and len(chair.order) == len(chair.parties):
        for k, (seat_name, party_name) in enumerate(zip(chair.order, chair.parties, strict=True)):
            seat, party = names.seat(seat_name), names.member(party_name)
            if seat is not None and party is not None and not names.belongs_to(seat, party):
                message = f"{seat.name} hör inte till {party_name}"
                yield _wrong((*path, "ordning", k), message, "en funktion per part, i samma ordning som parterna")


def _chair_form(path: Path, chair: ChairEntry) -> Iterator[Finding]:
    """Which keys belong to which way of choosing a chair."""
    allowed: dict[str, tuple[str, ...]] = {
        **{"fast": ("ordning",), "sammankallande": ("ordning",), "utses": ("utses av",), "väljs": (), "ej angivet": ()},
        **{"roterande": ("ordning", "byts", "först", "från"), "varje möte": ("ordning", "först", "från")},
        **{"alternerande": ("parter", "ordning", "byts", "först", "från")},
    }
    given: dict[str, bool] = {
        **{"ordning": bool(chair.order), "parter": bool(chair.parties), "byts": chair.changes is not None},
        **{"först": chair.first is not None, "från": chair.first_from is not None, "utses av": chair.by is not None},
    }
    mine = allowed[chair.way]
    for key, is_given in given.items():
        if is_given and key not in mine:
            message = f"{key} hör inte ihop med sätt: {chair.way}"
            yield _wrong((*path, key), message, listing((*mine, "vice", "anmärkning")))
    fewest = {"fast": 1, "sammankallande": 1, "roterande": 2, "varje möte": 2}.get(chair.way, 0)
    most = 1 if chair.way in ("fast", "sammankallande") else 99
    if not fewest <= len(chair.order) <= most:
        allowed_count = "en funktion" if most == 1 else "minst två funktioner, i tur och ordning"
        yield _wrong((*path, "ordning"), f"sätt: {chair.way} kräver {allowed_count}", allowed_count)
    if chair.way == "alternerande":
        if len(chair.parties) < 2:
            yield _wrong((*path, "parter"), "sätt: alternerande kräver minst två parter", "parterna i tur och ordning")
        elif chair.order and len(chair.order) != len(chair.parties):
            message = f"{len(chair.order)} funktioner för {len(chair.parties)} parter"
            yield _wrong((*path, "ordning"), message, "en funktion per part, i samma ordning som parterna")
    if chair.way == "utses" and chair.by is None:
        yield _wrong((*path, "utses av"), "sätt: utses kräver utses av", "organet som utser, t.ex. kommunstyrelsen")
    if (chair.first is None) != (chair.first_from is None) and "först" in mine:
        there, lacking = ("från", "först") if chair.first is None else ("först", "från")
        yield _wrong((*path, there), f"{there} kräver {lacking}", "både först: och från:, eller inget av dem")


def _chair_gaps(path: Path, forum: ForumEntry, names: Directory) -> Iterator[Finding]:
    """What a rotation lacks: the bot asks the coordinators instead of guessing."""
    chair = forum.chair
    if chair.way not in ("roterande", "alternerande", "varje möte"):
        return
    if chair.way == "alternerande" and not chair.order:
        seats = names.chair_order(forum)
        if seats:
            message = f"funktionerna framgår inte; partens samordnare leder: {listing(seat.name for seat in seats)}"
        else:
            message = "vilken funktion som leder för varje part framgår inte; boten frågar samordnarna"
        yield _warn((*path, "ordning"), message, "ordning: med en funktion per part")
    months = term_months(chair.changes) if chair.changes else None
    if months is None and chair.way != "varje möte":
        yield _warn((*path, "byts"), "hur ofta ordförandeskapet byts framgår inte; boten frågar samordnarna", "byts:")
    if chair.first is None and chair.first_from is None:
        message = "vems tur det är från vilken dag framgår inte; boten frågar samordnarna"
        yield _warn(path, message, "först: och från:")


def _council(path: Path, forum: ForumEntry, names: Directory) -> Iterator[Finding]:
    for seat in names.chair_order(forum):
        member = names.member(seat.party) if seat.party else None
        if member is None or member.kind != "kommun":
            message = f"{forum.name} är strategiskt råd och ska ledas av kommunen (10 § {LAW}), men {seat.name} leder"
            yield _warn(path, message, "en funktion i kommunen")


def _promises(file: AgreementFile) -> Iterator[tuple[Path, Promise]]:
    for i, activity in enumerate(file.activities):
        yield ("aktiviteter", i), activity
    for i, row in enumerate(file.follow_ups):
        yield ("uppföljning", i), row
    for key, promise in (("lägesbild", file.picture), ("mätning", file.measures), ("förnyelse", file.renewal)):
        if promise is not None:
            yield (key,), promise


def _references(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    titles = [forum.name for forum in file.forums]
    known = [*titles, *(each.name for each in (*file.parties, *file.actors)), *(seat.name for seat in file.seats)]
    for path, promise in _promises(file):
        named: tuple[tuple[str, tuple[ActorReference, ...]], ...] = (
            ("ansvarig", promise.responsible),
            ("samverkan", promise.cooperating),
        )
        for key, references in named:
            for k, reference in enumerate(references):
                if names.responsible(reference) is None:
                    yield _unknown((*path, key, k), "namnet", reference.name or "", [*known, "text: egna ord"])
        if promise.forum is not None and names.forum(promise.forum) is None:
            yield _unknown((*path, "forum"), "forumet", promise.forum, titles)
        elif _homeless(file, names, promise) and path != ("förnyelse",):
            message = "inget forum: var ska det påminnas om och loggas?"
            yield _wrong(path, message, "forum: här, eller standardforum: överst")
        if not promise.responsible and path[0] in ("aktiviteter", "uppföljning"):
            yield _warn(path, "ingen ansvarig", "ansvarig: forum, part eller funktion")


def _homeless(file: AgreementFile, names: Directory, promise: Promise) -> bool:
    return file.default_forum is None and names.forum_of(promise.forum, promise.responsible) is None


def _activities(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    numbers = {goal.number for goal in file.goals}
    for i, activity in enumerate(file.activities):
        path: Path = ("aktiviteter", i)
        yield from _when(path, "tid", activity.time, activity.rate)
        if activity.area is not None and names.area(activity.area) is None:
            yield _unknown((*path, "område"), "området", activity.area, [area.name for area in file.areas])
        for k, number in enumerate(activity.goals):
            if number not in numbers:
                allowed = listing(map(str, sorted(numbers)), 40) or "inga: listan mål är tom"
                yield _wrong((*path, "mål", k), f"mål {number} finns inte i filen", allowed)
    for i, row in enumerate(file.follow_ups):
        yield from _when(("uppföljning", i), "frekvens", row.frequency, row.rate)


def _when(path: Path, key: str, words: str | None, rate: str | None) -> Iterator[Finding]:
    """The bot must be able to read how often: from `takt`, else from the source's own words."""
    if rate is not None:
        return
    if words is None:
        yield _wrong(path, f"varken {key} eller takt", f"{key}: med överenskommelsens ord, takt: som boten kan läsa")
        return
    try:
        parse(words)
    except ValueError:
        message = f"boten kan inte läsa {key} ”{words}”"
        yield _wrong((*path, key), message, "lägg till takt:, t.ex. takt: två gånger per år")


def _goals(file: AgreementFile, _: Directory) -> Iterator[Finding]:
    served = {number for activity in file.activities for number in activity.goals}
    texts = {fold(goal.text) for goal in file.goals if goal.number in served}
    for i, goal in enumerate(file.goals):
        if file.activities and fold(goal.text) not in texts:
            yield _warn(("mål", i), f"ingen aktivitet tjänar mål {goal.number}")


def _law(file: AgreementFile, _: Directory) -> Iterator[Finding]:
    if file.purpose is None:
        yield _warn(("syfte",), f"syftet saknas; en överenskommelse ska ange det (8–9 §§ {LAW})", "syfte:")
    if not file.areas:
        yield _warn(
            ("områden",), f"samverkansområden saknas; en överenskommelse ska ange dem (8–9 §§ {LAW})", "områden:"
        )


def _signatures(file: AgreementFile, names: Directory) -> Iterator[Finding]:
    signed = set()
    for i, signature in enumerate(file.signatures):
        member = names.member(signature.party)
        if member is None:
            yield _unknown(
                ("underskrifter", i, "part"), "parten", signature.party, [party.name for party in file.parties]
            )
            continue
        mark = (member.name, fold(signature.function), signature.signed_on)
        if mark in signed:
            yield _wrong(("underskrifter", i), "samma underskrift står två gånger", "varje underskrift en gång")
        signed.add(mark)
    missing = [party.name for party in file.parties if party.name not in {name for name, *_ in signed}]
    if missing and not file.example:
        yield _warn(("underskrifter",), f"ingen underskrift för {listing(missing)}", "underskrifter:")
    if file.signatures and file.example:
        yield _wrong(("underskrifter",), "ett exempel har inga underskrifter", "exempel: nej, eller inga underskrifter")


def _spans(file: AgreementFile, _: Directory) -> Iterator[Finding]:
    calendar = file.calendar
    if calendar is None:
        return
    rows = [(("kalender", "lov", i), row.first, row.last) for i, row in enumerate(calendar.breaks)]
    rows += [(("kalender", "ungdomshelger", i), row.first, row.last) for i, row in enumerate(calendar.events)]
    for path, first, last in rows:
        if last < first:
            yield _wrong(
                (*path, "till"), f"till {last} ligger före från {first}", "till samma dag som från eller senare"
            )


RULES: tuple[Callable[[AgreementFile, Directory], Iterator[Finding]], ...] = (
    *(_doubles, _seats, _coordinators, _forums, _chairs, _references, _activities, _goals, _law, _signatures, _spans),
)


def _period(file: AgreementFile) -> Iterator[Finding]:
    first, last = file.period.first, file.period.last
    if last is not None and last < first:
        message = f"till {last} ligger före från {first}"
        yield _wrong(("period", "till"), message, "en dag efter från; utelämna till om den gäller tills vidare")
        return
    if last is None and (file.renewal is None or file.renewal.rate is None):
        yield _warn(
            ("period",), "gäller tills vidare och ingen revidering är angiven", "förnyelse: revideras: vart tredje år"
        )
    if last is not None and file.renewal is not None and file.renewal.rate is not None:
        yield _wrong(("förnyelse", "revideras"), "perioden har redan ett slut", "revideras bara när till saknas")
    for path, day in _dated(file):
        if day < first or (last is not None and day > last):
            yield _warn(path, f"{day} ligger utanför perioden", f"{first} till {last or 'vidare'}")


def _dated(file: AgreementFile) -> Iterator[tuple[Path, date]]:
    """Every day that ought to lie within the period, and where it stands."""
    for i, forum in enumerate(file.forums):
        if forum.chair.first_from is not None:
            yield ("forum", i, "ordförande", "från"), forum.chair.first_from
        yield from _anchored(("forum", i, "sammanträder"), forum.meets)
    for i, activity in enumerate(file.activities):
        yield from _anchored(("aktiviteter", i, "takt"), activity.rate)
    for i, row in enumerate(file.follow_ups):
        yield from _anchored(("uppföljning", i, "takt"), row.rate)


def _anchored(path: Path, phrase: str | None) -> Iterator[tuple[Path, date]]:
    anchor = _readable(phrase)
    if anchor is not None:
        yield path, anchor


def _readable(phrase: str | None) -> date | None:
    try:
        return parse(phrase).anchor if phrase else None
    except ValueError:  # a stand-in; told elsewhere
        return None


_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PHONE = re.compile(r"(?<![\d-])(?:\+46|0)\d{1,3}[ -]\d{2,3}(?:[ -]?\d{2,3}){1,2}(?![\d-])")
_PERSON = re.compile(r"(?<!\d)(?:\d{2})?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}(?!\d)")


def _personal(file: AgreementFile) -> Iterator[Finding]:
    """Functions, not individuals: the people of an install are its roster."""
    for path, text in _texts(file.document(), ()):
        if path[-1:] == ("orgnummer",):
            continue
        if _PERSON.search(text):
            yield _wrong(path, "texten innehåller något som liknar ett personnummer", "inga uppgifter om enskilda")
        elif _MAIL.search(text) or _PHONE.search(text):
            message = "texten innehåller en e-postadress eller ett telefonnummer"
            yield _warn(path, message, "funktioner i filen; personer och kontaktuppgifter i bemanningslistan")


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))
