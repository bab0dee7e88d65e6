"""The year ahead (årshjul): every reminder and planned occasion of a period, from the rules that will post them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar as Ics
from icalendar import Event

from schedules import texts
from schedules.days import event_name
from schedules.facts import AgreementFacts
from schedules.reminders import due
from schedules.swedish import datum, klockslag
from storage.terms import OccasionState


@dataclass(frozen=True)
class Entry:
    """One line of the year: a reminder (with whom it goes to) or a planned occasion. `at` is local, None = all day."""

    key: str
    on: date
    at: time | None
    kind: str
    what: str
    forum: str
    to: tuple[str, ...] = ()
    place: str = ""
    about: date | None = None


def entries(facts: AgreementFacts, first: date, last: date, forum_id: int | None = None) -> list[Entry]:
    """All entries from `first` to `last` (local days, both included), in order of time."""
    zone = ZoneInfo(facts.zone)
    start = datetime.combine(first, time(0), zone) - timedelta(microseconds=1)
    end = datetime.combine(last, time(23, 59, 59), zone)
    names = {forum.id: forum.name for forum in facts.forums}
    titles = {commitment.id: commitment.title for commitment in facts.commitments}
    found = []
    for reminder in due(facts, start, end):
        if forum_id is not None and reminder.forum_id != forum_id:
            continue
        local = reminder.due_at.astimezone(zone)
        detail = event_name(reminder.detail)
        what = titles.get(reminder.commitment_id or 0) or detail
        found.append(
            Entry(
                key=reminder.key("preview"),
                on=local.date(),
                at=local.time(),
                kind=reminder.kind.value,
                what=f"{what} ({detail})" if detail and what != detail else what,
                forum=names.get(reminder.forum_id or 0, ""),
                to=tuple(audience.value for audience in reminder.audiences),
                about=reminder.about,
            )
        )
    for commitment in facts.commitments:
        if forum_id is not None and commitment.forum_id != forum_id:
            continue
        found += [
            Entry(
                key=f"o{occasion.id}",
                on=occasion.on,
                at=occasion.at,
                kind="occasion",
                what=commitment.title,
                forum=names.get(commitment.forum_id or 0, ""),
                place=occasion.place,
                about=occasion.on,
            )
            for occasion in commitment.occasions
            if first <= occasion.on <= last and occasion.state is OccasionState.PLANNED
        ]
    return sorted(found, key=lambda entry: (entry.on, entry.at or time(0), entry.kind, entry.key))


def as_table(rows: Sequence[Entry]) -> str:
    """The entries as aligned text, a line each."""
    lines = [texts.PREVIEW_HEADS]
    for row in rows:
        kind = texts.KINDS[row.kind]
        to = ", ".join(texts.AUDIENCES[each] for each in row.to)
        about = datum(row.about) if row.about and row.about != row.on else ""
        where = f" i {row.forum}" if row.forum and row.forum.casefold()[:8] not in row.what.casefold() else ""
        what = f"{kind}: {row.what}{where}" if row.what else f"{kind}{where}"
        lines.append((datum(row.on), klockslag(row.at)[4:] if row.at else "", what, to or row.place, about))
    widths = [max(len(line[column]) for line in lines) for column in range(len(texts.PREVIEW_HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def as_json(rows: Sequence[Entry]) -> str:
    """The entries as a JSON list, dates and times in ISO form."""
    return json.dumps(
        [
            {
                "key": row.key,
                "date": row.on.isoformat(),
                "time": row.at.isoformat("minutes") if row.at else None,
                "kind": row.kind,
                "what": row.what,
                "forum": row.forum,
                "to": list(row.to),
                "place": row.place,
                "about": row.about.isoformat() if row.about else None,
            }
            for row in rows
        ],
        ensure_ascii=False,
        indent=2,
    )


def as_ics(years: Sequence[tuple[AgreementFacts, Sequence[Entry]]], now: datetime) -> str:
    """The agreements' entries as one iCalendar file: reminders of fifteen minutes, occasions of two hours."""
    calendar = Ics()
    calendar.add("prodid", "-//samverkansbot//sv")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", ", ".join(dict.fromkeys(facts.municipality for facts, _ in years)))
    for facts, rows in years:
        for event in _events(facts, rows, now):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def _events(facts: AgreementFacts, rows: Sequence[Entry], now: datetime) -> Iterator[Event]:
    zone = ZoneInfo(facts.zone)
    for row in rows:
        event = Event()
        event.add("uid", f"{row.key}@agreement-{facts.id}.samverkansbot")
        event.add("dtstamp", now)
        event.add("summary", f"{texts.KINDS[row.kind]}: {row.what}" if row.what else texts.KINDS[row.kind])
        if row.at is None:
            event.add("dtstart", row.on)
            event.add("dtend", row.on + timedelta(days=1))
        else:
            start = datetime.combine(row.on, row.at, zone)
            event.add("dtstart", start)
            event.add("dtend", start + (timedelta(hours=2) if row.kind == "occasion" else timedelta(minutes=15)))
        if row.place:
            event.add("location", row.place)
        if row.forum:
            event.add("categories", [row.forum])
        yield event
