"""Whose turn it is to chair: frozen history and decisions first, then the rule from its anchor.

Turn number k of a rotation is seat (anchor + k) of the order, from `anchor_from` + k terms, always counted from the
anchor. A decision lies on top of the rule and moves nothing in it: when it ends, the rule goes on where it would have
been, so a swap or a substitute breaks no order. A decision until further notice (`last` None) holds until the next
recorded term, or until an anchor that begins after it.

Where no length of term is known, whoever has the chair keeps it until it is passed on by hand.

A forum that changes chair by meeting needs its meetings' days, held and booked (`meetings`, else the forum's own): a
turn is from the day after one meeting to the next meeting's day, so that whoever chairs next also prepares. There a
decision about a turn is about the meeting's number since the anchor, not about days: meetings are booked, moved and
called off, and the seats still come in the order that was decided, each once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schedules.facts import ChairTerm, ForumFacts
from storage.terms import ChairRule

DAY = timedelta(days=1)
MOST_KEPT = 64  # answers of one forum


@dataclass(frozen=True)
class Turn:
    """A seat's turn in the chair, both days included. `first` is date.min where it has always been so; `last` None:
    until further notice. `decided`: by somebody's decision, not by the rule. `meeting`, `occasion`: as for ChairTerm.
    """

    seat: str
    first: date
    last: date | None
    decided: bool = False
    meeting: int = 0
    occasion: int = 0


def chair_on(forum: ForumFacts, day: date, meetings: Sequence[date] = ()) -> Turn | None:
    """Who chairs that day; None where it is not known. For a mere convener: who convenes.

    The answer is kept with the facts: every answer to anybody begins with what the asker chairs today.
    """
    question = day, tuple(meetings)
    if question not in forum.worked_out:
        if len(forum.worked_out) >= MOST_KEPT:
            forum.worked_out.clear()
        turn = next((turn for turn in _timeline(forum, day, meetings) if _covers(turn, day)), None)
        forum.worked_out[question] = turn
    found: Turn | None = forum.worked_out[question]
    return found


def as_vice(forum: ForumFacts) -> ForumFacts:
    """The forum as if its vice chair were its chair: everything that is asked of a chair can be asked of the vice."""
    found: ForumFacts = forum.worked_out.get("vice") or forum.worked_out.setdefault("vice", _as_vice(forum))
    return found


def _as_vice(forum: ForumFacts) -> ForumFacts:
    vice = forum.chair_rule.vice
    rule = ChairRule(form="fixed", order=(vice,)) if vice else ChairRule(form="unstated")
    return replace(forum, chair_rule=rule, terms=forum.vice_terms)


def vice_on(forum: ForumFacts, day: date) -> str | None:
    """Whose seat is vice chair that day, by decision or by the agreement; None where there is none."""
    turn = chair_on(as_vice(forum), day)
    return turn.seat if turn is not None else None


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


def seats_in_turn(forum: ForumFacts, turn: Turn) -> list[str]:
    """The other seats, in the order in which they have the chair after the turn; none where the chair does not change.

    Those whose turns can be foreseen come as they will, decided turns and all; the rest as the rule orders them.
    """
    rule = forum.chair_rule
    if not rule.rotates:
        return []
    after = turn.last or turn.first
    later = [each.seat for each in _timeline(forum, _horizon(forum, after), ()) if each.first > after]
    if turn.meeting:
        later += [_seat_at(forum, turn.meeting + number) for number in range(1, len(rule.order) + 1)]
    start = rule.order.index(turn.seat) + 1 if turn.seat in rule.order else 0
    every = [*later, *rule.order[start:], *rule.order[:start]]
    return [seat for seat in dict.fromkeys(every) if seat != turn.seat]


def rotate(forum: ForumFacts, today: date, meetings: Sequence[date] = ()) -> tuple[Turn, ...]:
    """What passing the chair to the next in turn today would give, for `decide`; () when nobody is known to be next.

    The present turn ends early and the next one begins early: the next seat has the chair from today to the end of its
    own ordinary term, and then the order goes on as before. So nobody is skipped, nobody gets a second turn, and the
    chair goes on changing at the same time of year. Without a length of term it is until further notice. The agreement
    only says "alternerar"; what it means that a turn ends early is this program's own.

    Where the chair changes by meeting, whoever passes it on has not led their meeting yet: the two change meetings.
    """
    if not forum.chair_rule.rotates:
        return ()
    current = chair_on(forum, today, meetings)
    if forum.chair_rule.form == "per_meeting":
        return _change_meetings(forum, current, today) if current is not None else ()
    later = (turn for turn in _timeline(forum, _horizon(forum, today), meetings) if turn.first > today)
    in_turn = (turn for turn in later if turn.seat in forum.chair_rule.order and not turn.occasion)
    following = next((turn for turn in in_turn if current is None or turn.seat != current.seat), None)
    if following is None and current is not None and current.last is None:
        following = _next_in_order(forum, current)
    return (replace(following, first=today, decided=True, occasion=0),) if following is not None else ()


def _change_meetings(forum: ForumFacts, current: Turn, today: date) -> tuple[Turn, ...]:
    """The present turn's meeting and the next one that is another seat's, each with the other's seat."""
    if not current.meeting:
        return ()  # somebody stands in: the meeting is theirs until they have led it
    decided = [term.meeting for term in forum.terms]
    for number in range(current.meeting + 1, max([current.meeting, *decided]) + len(forum.chair_rule.order) + 1):
        seat = _seat_at(forum, number)
        if seat != current.seat:
            return swapped(current, Turn(seat, today, None, meeting=number), today)
    return ()


def swapped(one: Turn, other: Turn, today: date) -> tuple[Turn, ...]:
    """Two turns that change places, for `decide`. What has been of a turn that has begun is not changed."""
    return tuple(
        replace(
            turn,
            seat=seat,
            decided=True,
            occasion=0,
            first=today if turn.meeting else max(turn.first, today),
        )
        for turn, seat in ((one, other.seat), (other, one.seat))
    )


def years_ahead(forum: ForumFacts, today: date, years: int = 5, meetings: Sequence[date] = ()) -> list[Turn]:
    """The present turn and those that begin within `years` years."""
    return turns(forum, today, today + relativedelta(years=years) - DAY, meetings)


def with_decision(forum: ForumFacts, turn: Turn, today: date | None = None) -> ForumFacts:
    """The forum as it would be with the turn decided: for showing whose turns change before it is saved."""
    return replace(forum, terms=tuple(decide(forum, turn, today=today)))


def decide(
    forum: ForumFacts, turn: Turn, meetings: Sequence[date] = (), *, today: date | None = None
) -> list[ChairTerm]:
    """All terms to store for the forum once the turn is decided, in order; no two begin on the same day.

    What has been until `today` (else until the turn) is frozen as it was. Decisions about later days stay, but for
    those the turn covers whole; one that goes on after the turn goes on: a stand-in hands the chair back to whoever it
    was passed on to. A turn with a meeting's number takes that meeting and no days.
    """
    until = min(turn.first, today or turn.first)
    decided = ChairTerm(
        turn.seat, turn.first, turn.last, by_decision=True, meeting=turn.meeting, occasion=turn.occasion
    )
    tied = [term for term in forum.terms if term.meeting or term.occasion]
    if turn.meeting or turn.occasion:
        others = [term for term in tied if (term.meeting, term.occasion) != (turn.meeting, turn.occasion)]
        return [*_given(forum, until, meetings), *_by_days(forum), *others, decided]
    tied = [term for term in tied if term.meeting or not turn.first <= term.first <= (turn.last or turn.first)]
    days = replace(forum, terms=tuple(term for term in forum.terms if not term.occasion))
    later = [term for term in _by_days(forum) if term.first > (turn.last or turn.first)]
    before = sorted([*_given(days, until, meetings), *_recorded_before(days, turn.first)], key=lambda each: each.first)
    return [*before, decided, *_resumed(days, turn, meetings), *later, *tied]


def frozen(forum: ForumFacts, starts: date, until: date) -> list[ChairTerm]:
    """All terms to store so that another rule may count from `until`: what stands, and what the rule gave before it.

    The agreement begins on `starts`; of what was before that, nothing is said. Decisions about meetings yet to come
    belong to the order they were made in and go with it.
    """
    kept = [term for term in forum.terms if not term.meeting]
    return sorted([*_given(forum, until, (), starts), *kept], key=lambda each: each.first)


def _by_days(forum: ForumFacts) -> list[ChairTerm]:
    return [term for term in forum.terms if not (term.meeting or term.occasion)]


def _given(forum: ForumFacts, until: date, meetings: Sequence[date], starts: date = date.min) -> list[ChairTerm]:
    """What the rule alone has given before the day, from `starts` on; a chair who has always been so without a
    beginning only where one is given."""
    found = []
    for stretch in _stretches(forum, until, meetings):
        first, last = max(stretch.first, starts), min(stretch.last or date.max, until - DAY)
        if stretch.term is None and date.min < first <= last:
            found.append(ChairTerm(stretch.top.seat, first, last, stretch.top.decided))
    return found


def _recorded_before(forum: ForumFacts, end: date) -> list[ChairTerm]:
    return [
        replace(stretch.term, first=stretch.first, last=min(stretch.last or date.max, end - DAY))
        for stretch in _stretches(forum, end, ())
        if stretch.term is not None and stretch.first < end
    ]


def _resumed(forum: ForumFacts, turn: Turn, meetings: Sequence[date]) -> list[ChairTerm]:
    """The rest of another recorded turn that this one interrupts or runs into; the rule's own need no recording."""
    if turn.last is None:
        return []
    first = turn.last + DAY
    after = next((each for each in _stretches(forum, first, meetings) if _covers(each, first)), None)
    if after is None or after.term is None or after.first > turn.last:
        return []
    return [replace(after.term, first=first, last=after.last)]


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


def _covers(turn: "Turn | _Stretch", day: date) -> bool:
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


@dataclass(frozen=True)
class _Stretch:
    """Days on which one and the same turn lies on top; `term` is what is recorded of it, None for the rule's own."""

    top: Turn
    first: date
    last: date | None
    term: ChairTerm | None


def _timeline(forum: ForumFacts, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    """Every turn from the first known to those that begin by `until`, in order and without overlap."""
    for stretch in _stretches(forum, until, meetings):
        yield replace(stretch.top, first=stretch.first, last=stretch.last)


def _stretches(forum: ForumFacts, until: date, meetings: Sequence[date]) -> Iterator[_Stretch]:
    recorded = _recorded(forum)
    by_rule = [(turn, None) for turn in _by_rule(forum, until, meetings or forum.meetings)]
    layers: list[tuple[Turn, ChairTerm | None]] = [*recorded, *by_rule]
    edges = {turn.first for turn, _ in layers}
    edges |= {turn.last + DAY for turn, _ in layers if turn.last}
    starts = sorted(edges)
    found: _Stretch | None = None
    for number, first in enumerate(starts):
        last = starts[number + 1] - DAY if number + 1 < len(starts) else None
        top, term = next(((turn, term) for turn, term in layers if _covers(turn, first)), (None, None))
        if found is not None and found.top is top:
            found = replace(found, last=last)
            continue
        if found is not None:
            yield found
        found = _Stretch(top, first, last, term) if top is not None else None
    if found is not None:
        yield found


def _recorded(forum: ForumFacts) -> list[tuple[Turn, ChairTerm]]:
    """History and decisions about days, the strongest first: decisions over history, later over earlier; a decision
    about one booked meeting over all."""
    terms = sorted(
        [(number, term) for number, term in enumerate(forum.terms) if not term.meeting],
        key=lambda each: (each[1].occasion > 0, each[1].by_decision, each[1].first, each[0]),
        reverse=True,
    )
    return [
        (Turn(term.seat, term.first, _end(forum, term), term.by_decision, occasion=term.occasion), term)
        for _, term in terms
    ]


def _end(forum: ForumFacts, term: ChairTerm) -> date | None:
    """The term's last day. "Until further notice" yields to the next recorded term and to an anchor set after it."""
    if term.last is not None:
        return term.last
    anchor = forum.chair_rule.anchor_from if forum.chair_rule.rotates else None
    later = [other.first for other in forum.terms if other.first > term.first and not other.meeting]
    if anchor is not None and anchor > term.first:
        later.append(anchor)
    return min(later) - DAY if later else None


def _by_rule(forum: ForumFacts, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    rule = forum.chair_rule
    if rule.form in ("fixed", "convener") and rule.order:
        yield Turn(rule.order[0], date.min, None)
    if not rule.rotates or rule.anchor_from is None or rule.anchor_seat not in rule.order:
        return
    start = rule.order.index(rule.anchor_seat)
    if rule.form == "per_meeting":
        yield from _by_meeting(forum, rule.anchor_from, until, meetings)
    elif rule.term_months is None:
        yield Turn(rule.anchor_seat, rule.anchor_from, None)
    else:
        number, first = 0, rule.anchor_from
        while first <= until:
            following = rule.anchor_from + relativedelta(months=(number + 1) * rule.term_months)
            yield Turn(rule.order[(start + number) % len(rule.order)], first, following - DAY)
            number, first = number + 1, following


def _by_meeting(forum: ForumFacts, anchor: date, until: date, meetings: Sequence[date]) -> Iterator[Turn]:
    decided = {term.meeting for term in forum.terms}
    first, number = anchor, 0
    for number, meeting in enumerate(sorted({day for day in meetings if day >= anchor}), 1):
        if first > until:
            return
        yield Turn(_seat_at(forum, number), first, meeting, number in decided, meeting=number)
        first = meeting + DAY
    number += 1
    yield Turn(_seat_at(forum, number), first, None, number in decided, meeting=number)


def _seat_at(forum: ForumFacts, number: int) -> str:
    """Whose the meeting of the number is, the first since the anchor being 1: as decided, else as the rule orders."""
    rule = forum.chair_rule
    decided = [term.seat for term in forum.terms if term.meeting == number]
    start = rule.order.index(rule.anchor_seat) if rule.anchor_seat in rule.order else 0
    return decided[-1] if decided else rule.order[(start + number - 1) % len(rule.order)]


def _next_in_order(forum: ForumFacts, current: Turn) -> Turn | None:
    order = forum.chair_rule.order
    if current.seat not in order:
        return None
    seat = order[(order.index(current.seat) + 1) % len(order)]
    return Turn(seat, current.first, None) if seat != current.seat else None
