"""A forum's records as a text to read: section by section, from the rows of its export."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from commands.export_rows import Rows
from commands.minutes_file import Sheet, as_text
from commands.places import shown_count
from commands.texts import export as texts
from commands.texts import trends as trend_texts
from commands.texts.history import FIELDS
from schedules.swedish import stund
from storage.models import Forum


def sections(forum: Forum, rows: Rows, people: Mapping[int, str], sheets: Iterable[Sheet], zone: str) -> Iterator[str]:
    """Every section with its heading, those with nothing in them too. `sheets`: the newest minutes of each meeting."""
    lines = {
        **_agreed(rows, people),
        "occasions": list(_occasions(forum, rows, zone)),
        **_meetings(rows, people, zone),
        "minutes": [as_text(sheet) for sheet in sheets],
        "trends": list(_trends(forum, rows)),
        "matters": list(_matters(rows, zone)),
        "decisions": list(_decisions(rows, zone)),
        "measures": list(_measures(rows, people, zone)),
    }
    for name, heading in texts.SECTIONS.items():
        if name in lines:
            yield texts.section(heading, lines[name])


def _agreed(rows: Rows, people: Mapping[int, str]) -> dict[str, list[str]]:
    seats, titles = _titles(rows, "seat"), _titles(rows, "commitment")
    return {
        "members": [
            texts.member(people.get(row.person_id, ""), seats[row.seat_id], row.starts, row.ends, deputy=row.deputy)
            for row in rows["appointment"]
        ],
        "chairs": [
            texts.term(row.seat_title, people.get(row.person_id or 0, ""), row.starts, row.ends, vice=row.vice)
            for row in rows["chair_term"]
            if not row.replaced
        ],
        "commitments": [texts.commitment(row.title, str(row.source.get("where", ""))) for row in rows["commitment"]],
        "waivers": [texts.waiver(titles[row.commitment_id], row.first, row.last, row.reason) for row in rows["waiver"]],
        "pulses": [texts.pulse(titles[row.commitment_id], row.on, row.state) for row in rows["pulse"]],
    }


def _titles(rows: Rows, table: str) -> dict[int, str]:
    return {row.id: row.title for row in rows[table]}


def _occasions(forum: Forum, rows: Rows, zone: str) -> Iterator[str]:
    titles = _titles(rows, "commitment")
    for occasion in sorted(rows["occasion"], key=lambda row: (row.on, row.id)):
        yield texts.occasion(titles[occasion.commitment_id], occasion.on, occasion.state.value, occasion.place)
        for row in sorted(rows["outcome"], key=lambda row: int(row.version)):
            if row.occasion_id == occasion.id:
                fields = [(name, _shown(forum, row, name)) for name in FIELDS]
                said = [(name, what) for name, what in fields if what not in (None, "", [])]
                yield texts.outcome(row.version, row.logged_at, zone, row.logged_by_name, said)


def _shown(forum: Forum, row: Any, name: str) -> object:
    value = getattr(row, name)
    return shown_count(value, forum) if name == "participants" and value is not None else value


def _meetings(rows: Rows, people: Mapping[int, str], zone: str) -> dict[str, list[str]]:
    titles, occasions = _titles(rows, "commitment"), {row.id: row for row in rows["occasion"]}

    def of(row: Any) -> tuple[str, Any]:
        occasion = occasions[row.occasion_id]
        return titles[occasion.commitment_id], occasion.on

    return {
        "answers": [
            texts.answer(*of(row), people.get(row.person_id, ""), coming=row.coming, sends_deputy=row.sends_deputy)
            for row in rows["attendance_answer"]
        ],
        "minutes_steps": [
            texts.minutes_step(*of(row), row.version, row.act, (row.by_name, stund(row.at, zone)), row.text)
            for row in rows["minutes_step"]
        ],
    }


def _trends(forum: Forum, rows: Rows) -> Iterator[str]:
    for row in rows["trend_report"]:
        own = row.forum_id == forum.id
        heading = (trend_texts.heading if own else texts.reported_here)(forum.name, row.at.date(), row.area)
        yield texts.trends(heading, trend_texts.said(row.trends), row.by_name)


def _matters(rows: Rows, zone: str) -> Iterator[str]:
    for matter in rows["matter"]:
        yield texts.matter(matter.id, matter.title, matter.state.value, matter.text)
        for row in rows["matter_step"]:
            if row.matter_id == matter.id:
                act = texts.MATTER_ACTS.get(row.act.value, row.act.value)
                yield texts.step(act, stund(row.at, zone), row.by_name, row.reason)


def _decisions(rows: Rows, zone: str) -> Iterator[str]:
    parties = {row.id: row.name for row in rows["party"]}
    for decision in rows["decision"]:
        yield texts.decision(decision.year, decision.number, decision.decided_on, decision.text)
        for row in rows["approval"]:
            if row.decision_id == decision.id:
                party = parties.get(row.party_id, "")
                yield texts.approval(party, stund(row.at, zone), row.by_name, approves=row.approves)


def _measures(rows: Rows, people: Mapping[int, str], zone: str) -> Iterator[str]:
    for measure in rows["measure"]:
        yield texts.measure(measure.title, measure.state.value, measure.due)
        for row in rows["measure_report"]:
            if row.measure_id == measure.id:
                name = row.by_name or people.get(row.by or 0, "")
                yield texts.report(row.state.value, stund(row.at, zone), name, row.text)
