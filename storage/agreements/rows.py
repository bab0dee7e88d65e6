"""A file as the rows it shall become, with names in the place of ids: what an import compares and writes.

Every row has a key within its table. `former` are keys the same thing may have had before (its aliases), so that a
forum that changes its name keeps its channel and its history.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from storage.agreements.directory import Directory, short_name
from storage.agreements.format import (
    ActivityEntry,
    ActorEntry,
    ActorReference,
    AgreementFile,
    ForumEntry,
    PartyEntry,
    Promise,
)
from storage.agreements.names import slug
from storage.agreements.phrases import parse
from storage.terms import Cadence, CommitmentKind, LeadTimes, Source, Visibility


@dataclass
class Row:
    """One row to be: its name for people, its columns (references as keys) and keys it may have had before."""

    name: str
    values: dict[str, Any]
    former: tuple[str, ...] = ()


Table = dict[str, Row]


@dataclass
class Rows:
    """Everything a file becomes, by table."""

    agreement: dict[str, Any]
    document: dict[str, Any]
    parties: Table = field(default_factory=dict)
    annexes: Table = field(default_factory=dict)
    seats: Table = field(default_factory=dict)
    forums: Table = field(default_factory=dict)
    lines: Table = field(default_factory=dict)
    areas: Table = field(default_factory=dict)
    goals: Table = field(default_factory=dict)
    commitments: Table = field(default_factory=dict)
    signatures: Table = field(default_factory=dict)


def rows_of(file: AgreementFile) -> Rows:
    """The rows of a file without mistakes."""
    names = Directory(file)
    rows = Rows(
        agreement={
            "municipality": file.municipality,
            "title": file.title,
            "starts": file.period.first,
            "ends": file.period.last,
            "example": file.example,
            "predecessor": file.predecessor,
            "successor": file.successor,
        },
        document=file.document(),
    )
    for position, member in enumerate((*file.parties, *file.actors)):
        rows.parties[slug(member.name)] = Row(member.name, _party(member, position), _slugs(member.aliases))
    for annex in file.annexes:
        values = {"number": annex.number, "title": annex.title, "update_rule": annex.update_rule}
        rows.annexes[str(annex.number)] = Row(f"{annex.number} {annex.title}", values)
    coordinators = names.coordinator_seats()
    for seat in file.seats:
        owner = names.member(seat.party) if seat.party else None
        values = {
            "title": seat.name,
            "party_id": slug(owner.name) if owner else None,
            "coordinator": seat in coordinators,
            "aliases": list(seat.aliases),
        }
        rows.seats[slug(seat.name)] = Row(seat.name, values, _slugs(seat.aliases))
    for position, forum in enumerate(file.forums):
        rows.forums[slug(forum.name)] = Row(forum.name, _forum(forum, names, position), _slugs(forum.aliases))
        rows.lines.update(_lines(forum, names))
    for position, area in enumerate(file.areas):
        values = {"name": area.name, "description": area.text or "", "position": position}
        rows.areas[slug(area.name)] = Row(area.name, values, _slugs(area.aliases))
    for goal in file.goals:
        values = {"number": goal.number, "text": goal.text, "note": goal.note or ""}
        rows.goals[str(goal.number)] = Row(str(goal.number), values)
    for position, (key, row) in enumerate(_commitments(file, names)):
        row.values["position"] = position
        rows.commitments[key] = row
    for signature in file.signatures:
        party = names.member(signature.party)
        assert party is not None
        values = {
            "party_id": slug(party.name),
            "function": signature.function,
            "signed_on": signature.signed_on,
            "place": signature.place,
        }
        key = f"{slug(party.name)}/{slug(signature.function)}/{signature.signed_on}"
        rows.signatures[key] = Row(f"{signature.function}, {party.name}", values)
    return rows


def _slugs(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(slug(name) for name in names)


def _party(member: ActorEntry, position: int) -> dict[str, Any]:
    signs = isinstance(member, PartyEntry)
    return {
        "name": member.name,
        "short": short_name(member),
        "kind": member.kind,
        "signatory": signs,
        "org_number": member.org_number if isinstance(member, PartyEntry) else None,
        "aliases": list(member.aliases),
        "position": position,
    }


def _forum(forum: ForumEntry, names: Directory, position: int) -> dict[str, Any]:
    parent = names.forum(forum.parent) if forum.parent else None
    return {
        "name": forum.name,
        "purpose": forum.purpose or "",
        "parent_id": slug(parent.name) if parent else None,
        "reports": forum.reports or "",
        "chair_rule": names.chair_rule(forum).model_dump(mode="json"),
        "agenda": list(forum.agenda),
        "strategic_council": forum.strategic,
        "places_only": forum.places_only,
        "aliases": list(forum.aliases),
        "position": position,
    }


def _lines(forum: ForumEntry, names: Directory) -> Iterator[tuple[str, Row]]:
    for position, line in enumerate(forum.members):
        seats = [seat for seat in map(names.seat, line.seats) if seat is not None]
        values = {
            "forum_id": slug(forum.name),
            "label": line.line,
            "kind": line.kind,
            "places": line.places,
            "position": position,
            "options": sorted(slug(seat.name) for seat in seats),
        }
        yield f"{slug(forum.name)}/{slug(line.line)}", Row(f"{line.line} i {forum.name}", values)


def _commitments(file: AgreementFile, names: Directory) -> Iterator[tuple[str, Row]]:
    """Everything promised with a cadence: meetings, activities, follow-ups, situation report, measures, renewal."""
    for forum in file.forums:
        yield _meeting(forum)
    for activity in file.activities:
        yield _activity(activity, file, names)
    for i, follow_up in enumerate(file.follow_ups):
        key = f"uppfoljning-{slug(follow_up.name)}"
        values = _promise(
            follow_up, file, names, f"uppföljningsplanen, rad {i + 1} ({follow_up.name})", follow_up.frequency
        )
        values |= {
            "kind": CommitmentKind.FOLLOW_UP,
            "title": f"Uppföljning: {follow_up.name}",
            "method": follow_up.method or "",
            "time_text": follow_up.frequency or "",
            "cadence": _cadence(parse(follow_up.rate or follow_up.frequency or "")),
            "aliases": _aliases(follow_up.name, *follow_up.aliases),
        }
        yield key, Row(str(values["title"]), values)
    if file.picture is not None:
        values = _promise(file.picture, file, names, "lägesbilden", file.picture.updated)
        values |= {
            "kind": CommitmentKind.SITUATION_REPORT,
            "title": "Uppdatering av lägesbilden",
            "text": file.picture.text or "",
            "time_text": file.picture.updated,
            "cadence": _cadence(parse(file.picture.updated)),
            "aliases": _aliases("lägesbild", "lägesbilden", *file.picture.aliases),
        }
        yield "lagesbild", Row(str(values["title"]), values)
    yield from _measures(file, names)
    renewal = _renewal(file, names)
    if renewal is not None:
        yield "fornyelse", renewal


def _meeting(forum: ForumEntry) -> tuple[str, Row]:
    owner = forum.name if forum.name[-1] in "sxz" else f"{forum.name}s"
    values = {
        **_blank(),
        "kind": CommitmentKind.MEETING,
        "title": f"{owner} möte",
        "purpose": forum.purpose or "",
        "time_text": forum.meets,
        "forum_id": slug(forum.name),
        "cadence": _cadence(parse(forum.meets)),
        "leads": _leads(forum.remind_before, forum.remind_after),
        "visibility": forum.visibility,
        "source": _source(forum.where or forum.name, forum.quote or f"{forum.name} sammanträder {forum.meets}"),
        "responsible": [{"kind": "forum", "name": forum.name}],
        "aliases": _aliases(forum.name, *forum.aliases),
    }
    former = tuple(f"mote-{each}" for each in _slugs(forum.aliases))
    return f"mote-{slug(forum.name)}", Row(str(values["title"]), values, former)


def _activity(activity: ActivityEntry, file: AgreementFile, names: Directory) -> tuple[str, Row]:
    area = names.area(activity.area) if activity.area else None
    heading = activity.heading or (area.name if area else activity.name)
    walk = activity.kind == "trygghetsvandring"
    values = _promise(activity, file, names, f"aktivitetsplanen, {heading}", activity.time or activity.rate)
    values |= {
        "kind": CommitmentKind.WALK if walk else CommitmentKind.ACTIVITY,
        "title": activity.name,
        "text": activity.text or "",
        "purpose": activity.purpose or "",
        "time_text": activity.time or activity.rate or "",
        "focus_area_id": slug(area.name) if area else None,
        "cadence": _cadence(parse(activity.rate or activity.time or "")),
        "aliases": _aliases(*activity.aliases),
        "goals": sorted(map(str, dict.fromkeys(activity.goals)), key=int),
    }
    former = tuple(f"aktivitet-{each}" for each in _slugs(activity.aliases))
    return f"aktivitet-{slug(activity.name)}", Row(activity.name, values, former)


def _measures(file: AgreementFile, names: Directory) -> Iterator[tuple[str, Row]]:
    if file.measures is None:
        return
    for measure in file.measures.measures:
        values = _promise(file.measures, file, names, "aktivitetsplanen, mätning", file.measures.rate)
        values |= {
            "kind": CommitmentKind.INDICATORS,
            "title": f"Mått: {measure.name}",
            "text": measure.text or "",
            "time_text": file.measures.rate,
            "cadence": _cadence(parse(file.measures.rate)),
            "aliases": _aliases(measure.name, *measure.aliases, *file.measures.aliases),
        }
        yield f"matt-{slug(measure.name)}", Row(str(values["title"]), values)


def _renewal(file: AgreementFile, names: Directory) -> Row | None:
    """The agreement's own end, or an open-ended agreement's revision; None when there is neither."""
    entry, last = file.renewal, file.period.last
    if last is not None:
        # one window as long as the agreement: due by its last day
        cadence, title = Cadence(form="count", least=1, most=1, period="agreement"), "Ny överenskommelse"
        quote = f"Överenskommelsen gäller {file.period.first} till {last}"
    elif entry is not None and entry.rate is not None:
        cadence, title, quote = parse(entry.rate), "Revidering av överenskommelsen", f"revideras {entry.rate}"
    else:
        return None
    values = _promise(entry, file, names, "överenskommelsetid", quote)
    top = next((forum for forum in file.forums if forum.parent is None), file.forums[0])
    values |= {
        "kind": CommitmentKind.RENEWAL,
        "title": title,
        "time_text": quote,
        "cadence": _cadence(cadence),
        "aliases": _aliases("förnyelse", "överenskommelsen", *(entry.aliases if entry else ())),
    }
    if entry is None or entry.forum is None:
        values["forum_id"] = slug(top.name)
    if not values["responsible"]:
        values["responsible"] = [
            {"kind": "forum", "name": next(f.name for f in file.forums if slug(f.name) == values["forum_id"])}
        ]
    return Row(title, values)


def _promise(
    entry: Promise | None, file: AgreementFile, names: Directory, where: str, quote: str | None
) -> dict[str, Any]:
    values = _blank()
    if entry is None:
        return values | {"source": _source(where, quote or "")}
    forum = names.forum_of(entry.forum, entry.responsible)
    return values | {
        "forum_id": slug(forum.name) if forum else None,
        "leads": _leads(entry.remind_before, entry.remind_after),
        "visibility": entry.visibility,
        "source": _source(entry.where or where, entry.quote or quote or ""),
        "responsible": _named(entry.responsible, names),
        "cooperating": _named(entry.cooperating, names),
    }


def _blank() -> dict[str, Any]:
    return {
        **{"text": "", "purpose": "", "method": "", "time_text": "", "forum_id": None, "focus_area_id": None},
        **{"leads": _leads(None, None), "source": {}, "responsible": [], "cooperating": [], "aliases": [], "goals": []},
        "visibility": Visibility.PARTIES.value,
    }


def _named(references: Iterable[ActorReference], names: Directory) -> list[dict[str, Any]]:
    found = [names.responsible(reference) for reference in references]
    return [each.model_dump(mode="json") for each in found if each is not None]


def _aliases(*words: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words))


def _cadence(cadence: Cadence) -> dict[str, Any]:
    return cadence.model_dump(mode="json")


def _source(where: str, quote: str) -> dict[str, Any]:
    return Source(where=where, quote=quote).model_dump(mode="json")


def _leads(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> dict[str, Any]:
    return LeadTimes(before=before, after=after).model_dump(mode="json")
