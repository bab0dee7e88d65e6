"""Whose turn it is to chair: frozen history and decisions first, then the rule from its anchor.

Turn number k of a rotation is seat (anchor + k) of the order, from `anchor_from` + k terms, always counted from the
anchor. A decision lies on top of the rule and moves nothing in it: when it ends, the rule goes on where it would have
been, so a swap or a substitute breaks no order. A decision until further notice (`last` None) holds until the next
recorded term, or until an anchor that begins after it.

Where no length of term is known, whoever has the chair keeps it until it is passed on by hand.

A forum that changes chair by meeting needs its meetings' days, held and booked (`meetings`, else the forum's own): a
turn is from the day after one meeting to the next meeting's day, so that whoever chairs next also prepares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schedules.facts import ChairTerm, ForumFacts
from storage.terms import ChairRule

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """A seat's turn in the chair, both days included. `first` is date.min where it has always been so; `last` None:
    until further notice. `decided`: by somebody's decision, not by the rule. `vacant`: nobody sits on the seat now.
    """

    seat: str
    first: date
    last: date | None
    decided: bool = False
    vacant: bool = False


def chair_on(forum: ForumFacts, day: date, meetings: Sequence[date] = ()) -> Turn | None:
    """Who chairs that day; None where it is not known. For a mere convener: who convenes."""
    return next((turn for turn in _timeline(forum, day, meetings) if _covers(turn, day)), None)


def turns(forum: ForumFacts, first: date, last: date, meetings: Sequence[date] = ()) -> list[Turn]:
    """The turns that touch `first` to `last`, in order and in their full length."""
    return [
        turn
        for turn in _timeline(forum, last, meetings)
        if turn.first <= last and (turn.last is None or turn.last >= first)
    ]


def next_turn(forum: ForumFacts, day: date, meetings: Sequence[date] = ()) -> Turn | None:
    """The first turn that begins after the day with another seat in the chair; None where none is in sight."""
    current = chair_on(forum, day, meetings)
    later = (turn for turn in _timeline(forum, _horizon(forum, day), meetings) if turn.first > day)
    return next((turn for turn in later if current is None or turn.seat != current.seat), None)


def missing(forum: ForumFacts) -> frozenset[str]:
    """What a rotating chair lacks to be foreseen: "order", "anchor", "term". Asked for, never guessed."""
    rule = forum.chair_rule
    if not rule.rotates:
        return frozenset()
    lacks = set()
    if not rule.order:
        lacks.add("order")
    if rule.anchor_from is None or rule.anchor_seat not in rule.order:
        lacks.add("anchor")
    if rule.term_months is None and rule.form != "per_meeting":
        lacks.add("term")
    return frozenset(lacks)


def rotate(forum: ForumFacts, today: date, meetings: Sequence[date] = ()) -> Turn | None:
    """What passing the chair to the next in turn today would give, for `decide`; None when nobody is known to be next.

    The present turn ends early and the next one begins early: the next seat has the chair from today to the end of its
    own ordinary term, and then the order goes on as before. So nobody is skipped, nobody gets a second turn, and the
    chair goes on changing at the same time of year. Without a length of term it is until further notice. The agreement
    only says "alternerar"; what it means that a turn ends early is this program's own.
    """
    if not forum.chair_rule.rotates:
        return None
    current = chair_on(forum, today, meetings)
    following = next_turn(forum, today, meetings)
    if following is None and current is not None and current.last is None:
        following = _next_in_order(forum, current)
    return following and replace(following, first=today, decided=True)


def years_ahead(forum: ForumFacts, today: date, years: int = 5, meetings: Sequence[date] = ()) -> list[Turn]:
    """The present turn and those that begin within `years` years."""
    return turns(forum, today, today + relativedelta(years=years) - DAY, meetings)


def with_decision(forum: ForumFacts, turn: Turn) -> ForumFacts:
    """The forum as it would be with the turn decided: for showing whose turns change before it is saved."""
    return replace(forum, terms=tuple(decide(forum, turn)))


def decide(forum: ForumFacts, turn: Turn, meetings: Sequence[date] = ()) -> list[ChairTerm]:
    """All terms to store for the forum once the turn is decided, in order; no two begin on the same day.

    What has been until then is frozen as it was. Decisions about later days stay, but for those the turn covers whole;
    one that goes on after the turn goes on: a stand-in hands the chair back to whoever it was passed on to.
    """
    eve = turn.first - DAY
    people = {(term.seat, term.first): term.person for term in forum.terms}
    frozen = [
        ChairTerm(each.seat, each.first, min(each.last or eve, eve), each.decided, people.get((each.seat, each.first)))
        for each in _timeline(forum, turn.first, meetings)
        if date.min < each.first < turn.first
    ]
    later = [term for term in forum.terms if term.first > (turn.last or turn.first)]
    decided = ChairTerm(turn.seat, turn.first, turn.last, by_decision=True)
    return [*frozen, decided, *_resumed(forum, turn, meetings), *later]


def _resumed(forum: ForumFacts, turn: Turn, meetings: Sequence[date]) -> list[ChairTerm]:
    """The rest of another recorded turn that this one interrupts or runs into; the rule's own need no recording."""
    if turn.last is None:
        return []
    first = turn.last + DAY
    after = chair_on(forum, first, meetings)
    recorded = [each for each in _recorded(forum) if _covers(each, first)]
    if after is None or after.first > turn.last or not recorded:
        return []
    return [ChairTerm(after.seat, first, after.last, by_decision=after.decided)]


def changed_turns(before: Sequence[Turn], after: Sequence[Turn]) -> list[tuple[Turn | None, Turn | None]]:
    """Each stretch of days in which another seat has the chair in the one forecast than in the other, in order.

    As (was, becomes), both with the stretch's own first and last day; None where nobody is known to chair. What lies
    before the one forecast begins is no change: its turns begin in full length, the other's present turn may be new.
    """
    every = [*before, *after]
    edges = sorted({turn.first for turn in every} | {turn.last + DAY for turn in every if turn.last})
    if before and after:
        early, late = sorted((before[0], after[0]), key=lambda turn: turn.first)
        edges = [day for day in edges if day >= late.first or not _covers(early, late.first)]
    stretches: list[tuple[Turn | None, Turn | None]] = []
    for number, first in enumerate(edges):
        last = edges[number + 1] - DAY if number + 1 < len(edges) else None
        was, becomes = _covering(before, first), _covering(after, first)
        if (was and was.seat) == (becomes and becomes.seat):
            continue
        if stretches and _continues(stretches[-1], was, becomes, first):
            old, new = stretches.pop()
            was, becomes = old and replace(old, last=last), new and replace(new, last=last)
        else:
            was = was and replace(was, first=first, last=last)
            becomes = becomes and replace(becomes, first=first, last=last)
        stretches.append((was, becomes))
    return stretches


# --- the timeline -----------------------------------------------------------------------------------------------------


def _covers(turn: Turn, day: date) -> bool:
    return turn.first <= day and (turn.last is None or day <= turn.last)


def _covering(sequence: Sequence[Turn], day: date) -> Turn | None:
    return next((turn for turn in sequence if _covers(turn, day)), None)


def _continues(stretch: tuple[Turn | None, Turn | None], was: Turn | None, becomes: Turn | None, first: date) -> bool:
    """Whether the same two seats go on changing places, without a day between."""
    old, new = stretch
    latest = old or new
    return (
        latest is not None
        and latest.last == first - DAY
        and (old and old.seat, new and new.seat) == (was and was.seat, becomes and becomes.seat)
    )


def _horizon(forum: ForumFacts, day: date) -> date:
    """Far enough ahead to see every seat's next turn."""
    rule = forum.chair_rule
    ends = [term.last for term in forum.terms if term.last] + [term.first for term in forum.terms]
    latest = max([day, *ends, *([rule.anchor_from] if rule.anchor_from else [])])
    return latest + relativedelta(months=(rule.term_months or 12) * (len(rule.order) + 1))


def _timeline(forum: ForumFacts, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    """Every turn from the first known to those that begin by `until`, in order and without overlap."""
    layers = [_recorded(forum), list(_by_rule(forum.chair_rule, until, meetings or forum.meetings))]
    edges = {turn.first for layer in layers for turn in layer}
    edges |= {turn.last + DAY for layer in layers for turn in layer if turn.last}
    starts = sorted(edges)
    open_turn: tuple[Turn, date, date | None] | None = None
    for number, first in enumerate(starts):
        last = starts[number + 1] - DAY if number + 1 < len(starts) else None
        top = next((turn for layer in layers for turn in layer if _covers(turn, first)), None)
        if open_turn and open_turn[0] is top:
            open_turn = (open_turn[0], open_turn[1], last)
            continue
        if open_turn:
            yield _shown(forum, *open_turn)
        open_turn = (top, first, last) if top else None
    if open_turn:
        yield _shown(forum, *open_turn)


def _shown(forum: ForumFacts, turn: Turn, first: date, last: date | None) -> Turn:
    return replace(turn, first=first, last=last, vacant=turn.seat in forum.vacant_seats)


def _recorded(forum: ForumFacts) -> list[Turn]:
    """History and decisions, the strongest first: decisions over history, later over earlier."""
    terms = sorted(enumerate(forum.terms), key=lambda each: (each[1].by_decision, each[1].first, each[0]), reverse=True)
    return [Turn(term.seat, term.first, _end(forum, term), decided=term.by_decision) for _, term in terms]


def _end(forum: ForumFacts, term: ChairTerm) -> date | None:
    """The term's last day. "Until further notice" yields to the next recorded term and to an anchor set after it."""
    if term.last is not None:
        return term.last
    anchor = forum.chair_rule.anchor_from if forum.chair_rule.rotates else None
    later = [other.first for other in forum.terms if other.first > term.first]
    if anchor is not None and anchor > term.first:
        later.append(anchor)
    return min(later) - DAY if later else None


def _by_rule(rule: ChairRule, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    if rule.form in ("fixed", "convener") and rule.order:
        yield Turn(rule.order[0], date.min, None)
    if not rule.rotates or rule.anchor_from is None or rule.anchor_seat not in rule.order:
        return
    start = rule.order.index(rule.anchor_seat)
    if rule.form == "per_meeting":
        yield from _by_meeting(rule, start, rule.anchor_from, until, meetings)
    elif rule.term_months is None:
        yield Turn(rule.anchor_seat, rule.anchor_from, None)
    else:
        number, first = 0, rule.anchor_from
        while first <= until:
            following = rule.anchor_from + relativedelta(months=(number + 1) * rule.term_months)
            yield Turn(rule.order[(start + number) % len(rule.order)], first, following - DAY)
            number, first = number + 1, following


def _by_meeting(rule: ChairRule, start: int, anchor: date, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    first, number = anchor, 0
    for number, meeting in enumerate(sorted({day for day in meetings if day >= anchor}), 1):
        if first > until:
            return
        yield Turn(rule.order[(start + number - 1) % len(rule.order)], first, meeting)
        first = meeting + DAY
    yield Turn(rule.order[(start + number) % len(rule.order)], first, None)


def _next_in_order(forum: ForumFacts, current: Turn) -> Turn | None:
    order = forum.chair_rule.order
    if not forum.chair_rule.rotates or current.seat not in order:
        return None
    seat = order[(order.index(current.seat) + 1) % len(order)]
    if seat == current.seat:
        return None
    return Turn(seat, current.first, None, vacant=seat in forum.vacant_seats)
