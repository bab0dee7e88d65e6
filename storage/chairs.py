"""Changes to who chairs: turns decided, and the answer to whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.touch import touch
from storage.models import ChairAnchor, ChairTerm, Forum, ForumSeat, ForumSeatOption, Person, Seat


async def hold_forum(session: AsyncSession, *, forum_id: int) -> None:
    """Keeps everybody else from changing who chairs the forum until the transaction ends. Ask before the facts."""
    await session.exec(select(Forum.id).where(Forum.id == forum_id).with_for_update())


async def newest_term(session: AsyncSession, *, forum_id: int) -> int:
    """The number of the forum's newest recorded turn, 0 before there is any."""
    newest = select(func.max(ChairTerm.id)).where(ChairTerm.forum_id == forum_id)
    return (await session.exec(newest)).one() or 0


async def newest_change(session: AsyncSession, *, forum_id: int) -> int:
    """A number that grows with every turn recorded and every answer to whose turn it is: the same, nothing changed."""
    newest = select(func.max(ChairAnchor.id)).where(ChairAnchor.forum_id == forum_id)
    return await newest_term(session, forum_id=forum_id) + ((await session.exec(newest)).one() or 0)


async def seat_by_title(session: AsyncSession, *, agreement_id: int, title: str) -> Seat | None:
    """The seat with the title in the agreement."""
    found = select(Seat).where(Seat.agreement_id == agreement_id, Seat.title == title)
    return (await session.exec(found)).first()


@dataclass(frozen=True)
class TurnRow:
    """A turn to record: the seat's title, the days, and what else a ChairTerm says of it. `decided_before`: a piece of
    a turn that stands already, by the decision it was made by."""

    seat: str
    first: date
    last: date | None
    by_decision: bool
    person_id: int | None = None
    meeting: int = 0
    occasion_id: int = 0
    decided_before: bool = False

    @property
    def same(self) -> tuple[object, ...]:
        """What is equal for a turn that stands already: one that follows a meeting may have got other days since."""
        days = (self.first, self.last) if not (self.meeting or self.occasion_id) else ()
        return self.seat, self.meeting, self.occasion_id, *days


def _row_of(term: ChairTerm) -> TurnRow:
    return TurnRow(
        term.seat_title, term.starts, term.ends, term.by_decision, term.person_id, term.meeting, term.occasion_id
    )


async def replace_terms(
    session: AsyncSession,
    *,
    forum_id: int,
    agreement_id: int,
    terms: Iterable[TurnRow],
    decided_by: int | None,
    now: datetime,
    vice: bool = False,
) -> list[int]:
    """Stores the forum's turns as they shall be from now on, the chair's or the vice chair's. Raises LookupError for a
    seat the agreement has not.

    What already stands the same is left alone; what differs is kept as replaced, so history can be read. Returns the
    ids of those.
    """
    replaced = []
    wanted = {term.same: term for term in terms}
    standing = (
        await session.exec(
            select(ChairTerm).where(
                ChairTerm.forum_id == forum_id, ChairTerm.replaced == 0, col(ChairTerm.vice).is_(vice)
            )
        )
    ).all()
    for term in standing:
        if _row_of(term).same in wanted:
            del wanted[_row_of(term).same]
        else:
            assert term.id is not None
            term.replaced = term.id
            replaced.append(term.id)
            session.add(term)
    await session.flush()
    for row in wanted.values():
        seat = await seat_by_title(session, agreement_id=agreement_id, title=row.seat)
        if seat is None or seat.id is None:
            raise LookupError(row.seat)
        before = [
            each
            for each in standing
            if row.decided_before
            and (each.seat_title, each.by_decision) == (row.seat, row.by_decision)
            and each.starts <= row.first <= (each.ends or date.max)
        ]
        session.add(
            ChairTerm(
                forum_id=forum_id,
                seat_id=seat.id,
                seat_title=row.seat,
                person_id=row.person_id,
                starts=row.first,
                ends=row.last,
                by_decision=row.by_decision,
                decided_by=before[0].decided_by if before else decided_by if row.by_decision else None,
                decided_at=before[0].decided_at if before else now if row.by_decision else None,
                vice=vice,
                meeting=row.meeting,
                occasion_id=row.occasion_id,
            )
        )
    await session.flush()
    await touch(session, agreement_id)
    return replaced


async def terms_between(session: AsyncSession, *, forum_id: int, after: int, until: int) -> Sequence[ChairTerm]:
    """The turns of the forum that were recorded after one number and up to another (see newest_term)."""
    question = select(ChairTerm).where(
        ChairTerm.forum_id == forum_id, col(ChairTerm.id) > after, col(ChairTerm.id) <= until
    )
    return (await session.exec(question.order_by(col(ChairTerm.id)))).all()


async def undo_terms(
    session: AsyncSession, *, forum_id: int, made: Sequence[ChairTerm], restored: Sequence[int]
) -> None:
    """Marks turns as replaced and records those they had replaced anew; nothing is thrown away."""
    for term in made:
        term.replaced = term.replaced or term.id or 0
        session.add(term)
    await session.flush()
    question = select(ChairTerm).where(ChairTerm.forum_id == forum_id, col(ChairTerm.id).in_(restored))
    for old in (await session.exec(question.order_by(col(ChairTerm.starts)))).all():
        session.add(ChairTerm(**old.model_dump(exclude={"id", "replaced"})))
    await session.flush()


async def anchor(
    session: AsyncSession,
    *,
    forum_id: int,
    seat_id: int,
    from_day: date,
    term_months: int | None,
    answered_by: int | None,
    now: datetime,
) -> ChairAnchor:
    """Stores whose turn it is from which day. The newest answer not taken back counts; the older ones stay."""
    answer = ChairAnchor(
        forum_id=forum_id,
        seat_id=seat_id,
        from_day=from_day,
        term_months=term_months,
        answered_by=answered_by,
        answered_at=now,
    )
    session.add(answer)
    await session.flush()
    return answer


async def history(session: AsyncSession, *, forum_id: int) -> list[ChairTerm]:
    """The recorded turns in the chair that count, oldest first."""
    rows = select(ChairTerm).where(
        ChairTerm.forum_id == forum_id, ChairTerm.replaced == 0, col(ChairTerm.vice).is_(False)
    )
    return list((await session.exec(rows.order_by(col(ChairTerm.starts)))).all())


async def seats_in(session: AsyncSession, *, forum_id: int) -> dict[int, Seat]:
    """The functions that sit in the forum, by id, in its own order."""
    rows = await session.exec(
        select(Seat)
        .join(ForumSeatOption, col(ForumSeatOption.seat_id) == Seat.id)
        .join(ForumSeat, col(ForumSeat.id) == ForumSeatOption.forum_seat_id)
        .where(ForumSeat.forum_id == forum_id, col(ForumSeat.active), col(Seat.active))
        .order_by(col(ForumSeat.position), col(Seat.id))
    )
    return {seat.id: seat for seat in rows.all() if seat.id is not None}


async def deciders(session: AsyncSession, *, forum_id: int) -> dict[tuple[str, date], tuple[str, datetime]]:
    """Who decided the recorded turns that count, and when (aware UTC): by seat title and first day."""
    rows = await session.exec(
        select(ChairTerm, Person.name)
        .join(Person, col(Person.id) == ChairTerm.decided_by)
        .where(ChairTerm.forum_id == forum_id, ChairTerm.replaced == 0, col(ChairTerm.vice).is_(False))
    )
    return {(term.seat_title, term.starts): (name, term.decided_at) for term, name in rows.all() if term.decided_at}
