"""Values for the tests of the rules: commitments, occasions and agreements in a line each, times as people say them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from schedules.facts import (
    AgreementFacts,
    AppointmentFacts,
    CommitmentFacts,
    ForumFacts,
    NamedSpan,
    OccasionFacts,
    Span,
    Waiver,
)
from schedules.reminders import Reminder, ReminderKind, due
from storage.agreements.phrases import parse
from storage.terms import Cadence, ChairRule, CommitmentKind, LeadTimes, OccasionState, Responsible, Source

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LONG_AGO = "2026-11-02 10:00"
BREAKS = (
    NamedSpan("sportlov", Span(date(2027, 3, 1), date(2027, 3, 5))),
    NamedSpan("höstlov", Span(date(2027, 11, 1), date(2027, 11, 5))),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def local(text: str) -> datetime:
    """ "2027-02-09 08:00" in Stockholm, as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def said(moment: datetime) -> str:
    """An instant as the clock in Stockholm shows it."""
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


def occasion(
    on: str,
    at: str | None = "13:00",
    *,
    number: int = 1,
    state: OccasionState = OccasionState.PLANNED,
    booked: str = LONG_AGO,
    place: str = "Kommunhuset",
    quantity: int = 1,
) -> OccasionFacts:
    return OccasionFacts(
        id=number,
        on=day(on),
        at=time.fromisoformat(at) if at else None,
        place=place,
        state=state,
        booked_at=local(booked),
        quantity=quantity,
    )


def seated(
    *seats: str, first: str = "2027-01-01", last: str | None = None, deputy: bool = False
) -> dict[str, tuple[AppointmentFacts, ...]]:
    """A person of their own on each seat, from a day on (to a day)."""
    return {
        seat: (AppointmentFacts(number, f"{seat}s innehavare", day(first), day(last) if last else None, deputy),)
        for number, seat in enumerate(seats, 1)
    }


def promise(
    words: str | Cadence = "vid behov",
    *occasions: OccasionFacts,
    kind: CommitmentKind = CommitmentKind.MEETING,
    number: int = 1,
    forum: int | None = 1,
    before: tuple[int, ...] | None = None,
    after: tuple[int, ...] | None = None,
    waivers: tuple[Waiver, ...] = (),
    pulses: tuple[date, ...] = (),
    title: str = "Planeringsgruppens möten",
) -> CommitmentFacts:
    return CommitmentFacts(
        id=number,
        kind=kind,
        title=title,
        source=Source(where="kapitel 6"),
        cadence=words if isinstance(words, Cadence) else parse(words),
        leads=LeadTimes(before=before, after=after),
        forum_id=forum,
        responsible=(Responsible(kind="forum", name="Planeringsgruppen"),),
        occasions=occasions,
        waivers=waivers,
        pulses=pulses,
    )


def agreement(
    *commitments: CommitmentFacts,
    starts: str = "2026-01-01",
    ends: str | None = None,
    forums: tuple[ForumFacts, ...] = (ForumFacts(1, "Planeringsgruppen", ChairRule(form="unstated")),),
    breaks: tuple[NamedSpan, ...] = BREAKS,
    event_days: Mapping[str, tuple[Span, ...]] | None = None,
    post_at: str = "08:00",
    successor: bool = False,
) -> AgreementFacts:
    return AgreementFacts(
        id=1,
        municipality="Nykvarns kommun",
        starts=day(starts),
        ends=day(ends) if ends else None,
        forums=forums,
        commitments=commitments,
        breaks=breaks,
        post_at=time.fromisoformat(post_at),
        event_days=dict(event_days or {}),
        successor_known=successor,
    )


def example(
    *commitments: CommitmentFacts, forums: tuple[ForumFacts, ...] | None = None, successor: bool = False
) -> AgreementFacts:
    """An agreement of the years 2027 to 2030."""
    facts = agreement(*commitments, starts="2027-01-01", ends="2030-12-31", successor=successor)
    return facts if forums is None else replace(facts, forums=forums)


def told(
    facts: AgreementFacts, first: str, last: str, *, but: Iterable[ReminderKind] = (ReminderKind.DIGEST,)
) -> list[Reminder]:
    """What is due from the beginning of one local day to the end of another."""
    found = due(facts, local(f"{first} 00:00"), local(f"{last} 23:59"))
    return [each for each in found if each.kind not in set(but)]


def lines(reminders: Iterable[Reminder]) -> list[str]:
    """A line each: when, what, lead, and the day it was moved from."""
    return [
        f"{said(each.due_at)} {each.kind} {each.days}" + (f" < {each.moved_from}" if each.moved_from else "")
        for each in reminders
    ]
