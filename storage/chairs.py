"""Changes to who chairs: turns decided, and the answer to whose turn it is."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.touch import touch
from storage.models import ChairAnchor, ChairTerm, Forum, Seat


async def hold_forum(session: AsyncSession, *, forum_id: int) -> None:
    """Keeps everybody else from changing who chairs the forum until the transaction ends. Ask before the facts."""
    await session.exec(select(Forum.id).where(Forum.id == forum_id).with_for_update())


async def newest_term(session: AsyncSession, *, forum_id: int) -> int:
    """The number of the forum's newest recorded turn, 0 before there is any: it grows with every change."""
    newest = select(func.max(ChairTerm.id)).where(ChairTerm.forum_id == forum_id)
    return (await session.exec(newest)).one() or 0


async def seat_by_title(session: AsyncSession, *, agreement_id: int, title: str) -> Seat | None:
    """The seat with the title in the agreement."""
    found = select(Seat).where(Seat.agreement_id == agreement_id, Seat.title == title)
    return (await session.exec(found)).first()


async def replace_terms(
    session: AsyncSession,
    *,
    forum_id: int,
    agreement_id: int,
    terms: Iterable[tuple[str, date, date | None, bool]],
    person_ids: dict[str, int | None],
    decided_by: int | None,
    now: datetime,
) -> list[int]:
    """Stores the forum's turns (seat title, first, last, by decision) as they shall be from now on.

    What already stands the same is left alone; what differs is kept as replaced, so history can be read. Returns the
    ids of those.
    """
    replaced = []
    wanted = {(seat, first, last): by_decision for seat, first, last, by_decision in terms}
    standing = (
        await session.exec(select(ChairTerm).where(ChairTerm.forum_id == forum_id, ChairTerm.replaced == 0))
    ).all()
    for term in standing:
        if (term.seat_title, term.starts, term.ends) in wanted:
            del wanted[(term.seat_title, term.starts, term.ends)]
        else:
            assert term.id is not None
            term.replaced = term.id
            replaced.append(term.id)
            session.add(term)
    await session.flush()
    for (title, first, last), by_decision in wanted.items():
        seat = await seat_by_title(session, agreement_id=agreement_id, title=title)
        if seat is None or seat.id is None:
            raise LookupError(title)
        session.add(
            ChairTerm(
                forum_id=forum_id,
                seat_id=seat.id,
                seat_title=title,
                person_id=person_ids.get(title),
                starts=first,
                ends=last,
                by_decision=by_decision,
                decided_by=decided_by if by_decision else None,
                decided_at=now if by_decision else None,
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
    """Stores whose turn it is from which day. The newest answer counts; the older ones stay."""
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
    """The turns that count, oldest first."""
    rows = select(ChairTerm).where(ChairTerm.forum_id == forum_id, ChairTerm.replaced == 0)
    return list((await session.exec(rows.order_by(col(ChairTerm.starts)))).all())
