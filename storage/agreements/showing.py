"""An agreement as a person would read it, from its file or from what was imported."""

import textwrap
from collections.abc import Iterable, Iterator

from storage.agreements.changes import chair_in_words
from storage.agreements.directory import Directory, short_name
from storage.agreements.format import ActivityEntry, ActorReference, AgreementFile, ForumEntry, MemberEntry, Promise
from storage.agreements.phrases import parse, phrase
from storage.models import Agreement

WIDTH = 100


def stored_file(agreement: Agreement) -> AgreementFile:
    """The file that the agreement was imported from."""
    return AgreementFile.model_validate(agreement.document)


def show(file: AgreementFile) -> str:
    """The whole agreement as Swedish text."""
    names = Directory(file)
    parts = (_head(file), _people(file), _forums(file, names), _basis(file, names), _plan(file, names), _end(file))
    return "\n".join(line for part in parts for line in part).strip() + "\n"


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield text.upper()


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _item(text: str, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent=f"{indent}– ", subsequent_indent=f"{indent}  ")


def _said(label: str, text: str | None, indent: str = "  ") -> Iterator[str]:
    if text:
        yield from textwrap.wrap(f"{label}: {text}", WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _head(file: AgreementFile) -> Iterator[str]:
    if file.example:
        yield "EXEMPEL: ingens undertecknade överenskommelse"
        yield ""
    last = f"{file.period.last}" if file.period.last else "tills vidare"
    yield f"{file.title}, {file.municipality}"
    yield f"{file.period.first} – {last}"
    yield from _said("Föregångare", file.predecessor, "")
    yield from _said("Efterträdare", file.successor, "")
    if file.background or file.purpose:
        yield from _heading("Bakgrund och syfte")
        yield from _wrapped(file.background or "")
        if file.purpose and file.purpose not in (file.background or ""):
            yield from _wrapped(file.purpose)


def _people(file: AgreementFile) -> Iterator[str]:
    yield from _heading("Parter")
    for party in file.parties:
        details = [text for text in (party.short, party.org_number, party.address) if text]
        yield from _item(f"{party.name}" + (f" ({'; '.join(details)})" if details else ""))
    if file.actors:
        yield from _wrapped(f"Nämns också: {', '.join(actor.name for actor in file.actors)}.")
    if file.coordinators is not None:
        yield from _heading("Samordnare")
        for seat in file.coordinators.seats:
            yield from _item(seat)
        if file.coordinators.duties:
            yield "De har i uppdrag:"
            for duty in file.coordinators.duties:
                yield from _item(duty, "  ")
        yield from _said("Obs", file.coordinators.note, "")


def _forums(file: AgreementFile, names: Directory) -> Iterator[str]:
    yield from _heading("Forum")
    for forum in file.forums:
        yield ""
        yield forum.name + (" (strategiskt råd)" if forum.strategic else "")
        yield from _wrapped(forum.purpose or "", "  ")
        yield from _said("Sammanträder", phrase(parse(forum.meets)))
        yield from _said("Ordförande", _chair(forum, names))
        parent = names.forum(forum.parent) if forum.parent else None
        yield from _said("Ligger under", parent.name if parent else None)
        yield from _said("Rapporterar", forum.reports)
        yield from _said("Dagordning", " · ".join(forum.agenda) or None)
        yield from _said("Obs", forum.note)
        yield from _said("Obs", "inga uppgifter om enskilda" if forum.places_only else None)
        yield f"  Ledamöter ({len(forum.members)} rader):"
        for member in forum.members:
            yield from _item(_member(member), "    ")


def _member(member: MemberEntry) -> str:
    extra = [] if member.kind == "ledamot" else [member.kind]
    if member.places > 1:
        extra.append(f"{member.places} platser")
    elif len(member.seats) > 1:
        extra.append("antingen eller")
    return member.line + (f" ({', '.join(extra)})" if extra else "")


def _chair(forum: ForumEntry, names: Directory) -> str:
    rule = names.chair_rule(forum)
    said = chair_in_words(rule)
    if rule.form == "alternating":
        said = f"alternerar mellan {' och '.join(rule.parties)}"
        whose = "" if forum.chair.order else "funktionerna framgår inte; partens samordnare leder: "
        said += f" ({whose}{', '.join(rule.order)})" if rule.order else ""
        said += f"; {rule.term_months} månader i taget" if rule.term_months else ""
        said += f"; {rule.anchor_seat} från {rule.anchor_from}" if rule.anchor_from else ""
    if rule.rotates and rule.anchor_from is None:
        said += "; vems tur det är framgår inte"
    if rule.rotates and rule.term_months is None and rule.form != "per_meeting":
        said += "; hur ofta det byts framgår inte"
    return said + (f" ({forum.chair.note})" if forum.chair.note else "")


def _basis(file: AgreementFile, names: Directory) -> Iterator[str]:
    if file.annexes:
        yield from _heading("Bilagor")
        for annex in file.annexes:
            yield from _wrapped(f"{annex.number}. {annex.title}")
            yield from _wrapped(annex.update_rule or "", "   ")
    if file.picture is not None:
        yield from _heading("Lägesbild")
        yield from _wrapped(file.picture.text or "")
        yield from _said("Uppdateras", phrase(parse(file.picture.updated)), "")
        yield from _answers(file.picture, names, "")
        if file.picture.sources:
            yield "Underlag:"
            for source in file.picture.sources:
                yield from _item(source, "  ")
    if file.areas:
        yield from _heading("Prioriterade samverkansområden")
        for area in file.areas:
            yield from _item(area.name)
            yield from _wrapped(area.text or "", "  ")
    if file.goals:
        yield from _heading("Mål")
        for goal in file.goals:
            yield from _wrapped(f"{goal.number}. {goal.text}" + (f" (Obs: {goal.note})" if goal.note else ""))


def _plan(file: AgreementFile, names: Directory) -> Iterator[str]:
    if file.activities:
        yield from _heading("Aktiviteter")
    for activity in file.activities:
        yield ""
        yield activity.name
        yield from _activity(activity, names)
    if file.follow_ups:
        yield from _heading("Uppföljning")
    for row in file.follow_ups:
        yield ""
        yield row.name
        yield from _said("Metod", row.method)
        yield from _answers(row, names)
        yield from _said("Frekvens", row.frequency)
        yield from _said("Takt", phrase(parse(row.rate or row.frequency or "")))
    if file.measures is not None:
        yield from _heading("Mått")
        yield from _said("Följs upp", phrase(parse(file.measures.rate)), "")
        for measure in file.measures.measures:
            yield from _item(measure.name + (f": {measure.text}" if measure.text else ""))


def _activity(activity: ActivityEntry, names: Directory) -> Iterator[str]:
    yield from _wrapped(activity.text or "", "  ")
    yield from _said("Område", activity.heading or activity.area)
    yield from _said("Syfte", activity.purpose)
    goals = [f"{goal.number} {goal.text}" for goal in names.file.goals if goal.number in activity.goals]
    yield from _said("Mål", "; ".join(goals))
    yield from _answers(activity, names)
    yield from _said("Tid", activity.time)
    yield from _said("Takt", phrase(parse(activity.rate or activity.time or "")))


def _answers(promise: Promise, names: Directory, indent: str = "  ") -> Iterator[str]:
    yield from _said("Ansvarig", _listed(promise.responsible, names), indent)
    yield from _said("Samverkan", _listed(promise.cooperating, names), indent)
    forum = names.forum_of(promise.forum, promise.responsible)
    yield from _said("Loggas i", forum.name if forum else None, indent)
    yield from _said("Obs", promise.note, indent)


def _listed(references: Iterable[ActorReference], names: Directory) -> str:
    found = [names.responsible(reference) for reference in references]
    return ", ".join(each.name for each in found if each is not None)


def _end(file: AgreementFile) -> Iterator[str]:
    if file.communication:
        yield from _heading("Kommunikationsplan")
        for paragraph in file.communication:
            yield from _wrapped(paragraph)
    if file.provisions:
        yield from _heading("Övriga bestämmelser")
        for provision in file.provisions:
            yield from _item(f"{provision.text} ({provision.where})")
    if file.signatures:
        names = Directory(file)
        yield from _heading("Underskrifter")
        for signature in file.signatures:
            party = names.member(signature.party)
            place = f"{signature.place} " if signature.place else ""
            whom = short_name(party) if party else signature.party
            yield from _item(f"{place}{signature.signed_on}: {signature.function} för {whom}")
