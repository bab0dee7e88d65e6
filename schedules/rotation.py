"""Whose turn it is to chair. Pure: from the rule, its anchor, and the turns already taken or decided.

Terms by the rule start at the anchor and every `term_months` after it, counted from the anchor each time. A decision
(passing the chair by hand, standing in for a turn) lies on top: the turns it covers are replaced, the order after it
goes on as the rule says, counted from the last decided turn's seat, so nobody is skipped and nobody serves twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schedules.facts import ChairTerm, ForumFacts

DAY = timedelta(days=1)
LONGEST = 600  # turns looked at in one go; two hundred years of thirds are more than anyone asks for


@dataclass(frozen=True)
class Turn:
    """A time in the chair, both days included; `last` None = until further notice. `decided`: by decision, not rule."""

    seat: str
    first: date
    last: date | None
    decided: bool = False
    vacant: bool = False


def missing(forum: ForumFacts) -> frozenset[str]:
    """What a rotation lacks before anyone can say whose turn it is: "order", "term", "anchor". Never guessed."""
    rule = forum.chair_rule
    if not rule.rotates:
        return frozenset()
    lacking = set()
    if not rule.order:
        lacking.add("order")
    if rule.term_months is None and rule.form != "per_meeting":
        lacking.add("term")
    if rule.anchor_seat is None or rule.anchor_from is None or rule.anchor_seat not in rule.order:
        lacking.add("anchor")
    return frozenset(lacking)


def turns(forum: ForumFacts, first: date, last: date, meetings: Sequence[date] = ()) -> list[Turn]:
    """The turns that touch [first, last], in order: what is decided or frozen first, then the rule.

    `meetings`: the days a forum that changes chair per meeting meets, from the anchor on.
    """
    settled = [
        Turn(term.seat, term.first, term.last, decided=term.by_decision)
        for term in sorted(forum.terms, key=lambda term: term.first)
    ]
    found = _settle(settled, _by_rule(forum, last, meetings, settled))
    return [
        replace(turn, vacant=turn.seat in forum.vacant_seats)
        for turn in found
        if turn.first <= last and (turn.last is None or turn.last >= first)
    ]


def chair_on(forum: ForumFacts, day: date, meetings: Sequence[date] = ()) -> Turn | None:
    """Who has the chair on the day; None when neither the rule nor a decision says."""
    return next(iter(turns(forum, day, day, meetings)), None)


def next_turn(forum: ForumFacts, day: date, meetings: Sequence[date] = ()) -> Turn | None:
    """The first turn that begins after the day with another seat in the chair; None where the chair does not change."""
    now = chair_on(forum, day, meetings)
    horizon = day + relativedelta(years=12)
    later = (turn for turn in turns(forum, day, horizon, meetings) if turn.first > day)
    return next((turn for turn in later if now is None or turn.seat != now.seat), None)


def years_ahead(forum: ForumFacts, today: date, years: int = 5, meetings: Sequence[date] = ()) -> list[Turn]:
    """The turns from today and so many years on."""
    return turns(forum, today, today + relativedelta(years=years) - DAY, meetings)


def rotate(forum: ForumFacts, today: date) -> Turn | None:
    """What passing the chair to the next in turn today would give: the next seat in the order, from today.

    The new turn lasts a whole term from today and the order goes on from there. None when the chair does not rotate or
    the rule lacks something. Source: the agreement says "alternerar"; what a turn that ends early means is ours.
    """
    rule = forum.chair_rule
    now = chair_on(forum, today)
    if not rule.rotates or missing(forum) - {"anchor"} or now is None or now.seat not in rule.order:
        return None
    seat = rule.order[(rule.order.index(now.seat) + 1) % len(rule.order)]
    term = relativedelta(months=rule.term_months or 12)
    return Turn(seat, today, today + term - DAY, decided=True)


def with_decision(forum: ForumFacts, turn: Turn) -> ForumFacts:
    """The forum as it would be with the turn decided: for showing whose turns change before it is saved."""
    return replace(forum, terms=tuple(decide(forum, turn)))


def decide(forum: ForumFacts, turn: Turn) -> list[ChairTerm]:
    """The terms to store for a decided turn: history up to it frozen as it was, then the decision."""
    before = chair_on(forum, turn.first - DAY)
    kept = [term for term in forum.terms if term.first < turn.first]
    if before is not None:
        kept = [term for term in kept if term.first != before.first]
        kept.append(ChairTerm(before.seat, before.first, turn.first - DAY, before.decided))
    return [*kept, ChairTerm(turn.seat, turn.first, turn.last, by_decision=True)]


def changed_turns(before: Sequence[Turn], after: Sequence[Turn]) -> list[tuple[Turn | None, Turn | None]]:
    """The turns that differ between two forecasts, as (was, becomes), by order in time."""
    was = {(turn.seat, turn.first, turn.last) for turn in before}
    becomes = {(turn.seat, turn.first, turn.last) for turn in after}
    gone = [turn for turn in before if (turn.seat, turn.first, turn.last) not in becomes]
    new = [turn for turn in after if (turn.seat, turn.first, turn.last) not in was]
    length = max(len(gone), len(new))
    return [(gone[at] if at < len(gone) else None, new[at] if at < len(new) else None) for at in range(length)]


def _by_rule(forum: ForumFacts, until: date, meetings: Sequence[date], settled: Sequence[Turn]) -> list[Turn]:
    rule = forum.chair_rule
    if rule.form in ("fixed", "convener"):
        return [Turn(rule.order[0], date.min, None)] if rule.order else []
    if not rule.rotates or missing(forum):
        return []
    assert rule.anchor_from is not None
    assert rule.anchor_seat is not None
    start, seat = rule.anchor_from, rule.order.index(rule.anchor_seat)
    decided = [turn for turn in settled if turn.decided and turn.seat in rule.order]
    if decided and decided[-1].last is not None and decided[-1].last >= start:
        # the order goes on after the last decision, from its seat
        start, seat = decided[-1].last + DAY, rule.order.index(decided[-1].seat) + 1
        head = _run(forum, rule.anchor_from, rule.order.index(rule.anchor_seat), decided[0].first, meetings)
    else:
        head = []
    return [*head, *_run(forum, start, seat, until + DAY, meetings)]


def _run(forum: ForumFacts, start: date, seat: int, before: date, meetings: Sequence[date]) -> list[Turn]:
    """The rule's turns from `start` on that begin before `before`."""
    rule = forum.chair_rule
    order = rule.order
    if rule.form == "per_meeting":
        days = sorted(day for day in meetings if day >= start)
        return [
            Turn(order[(seat + number) % len(order)], day, (days[number + 1] - DAY) if number + 1 < len(days) else None)
            for number, day in enumerate(days)
            if day < before
        ]
    months = rule.term_months or 12
    found = []
    for number in range(LONGEST):
        first = start + relativedelta(months=months * number)
        if first >= before:
            break
        last = start + relativedelta(months=months * (number + 1)) - DAY
        found.append(Turn(order[(seat + number) % len(order)], first, last))
    return found


def _settle(settled: Sequence[Turn], by_rule: Sequence[Turn]) -> list[Turn]:
    """Lays what is settled over what the rule gives: covered turns fall away, touched ones are cut."""
    found: list[Turn] = list(settled)
    for turn in by_rule:
        found += _uncovered(turn, settled)
    return sorted(found, key=lambda turn: turn.first)


def _uncovered(turn: Turn, settled: Sequence[Turn]) -> list[Turn]:
    pieces = [turn]
    for cover in settled:
        pieces = [piece for each in pieces for piece in _without(each, cover)]
    return pieces


def _without(turn: Turn, cover: Turn) -> list[Turn]:
    """What is left of a turn outside another."""
    last = cover.last or date.max
    end = turn.last or date.max
    if cover.first > end or last < turn.first:
        return [turn]
    left = []
    if turn.first < cover.first:
        left.append(replace(turn, last=cover.first - DAY))
    if end > last:
        left.append(replace(turn, first=last + DAY))
    return left
