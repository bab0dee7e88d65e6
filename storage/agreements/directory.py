"""Who is who in a file: every name and alias, and whom it means."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from storage.agreements.format import (
    CHAIR_WAYS,
    ActorEntry,
    ActorReference,
    AgreementFile,
    AreaEntry,
    ForumEntry,
    SeatEntry,
)
from storage.agreements.names import fold
from storage.agreements.phrases import term_months
from storage.terms import ChairRule, Responsible

Named = TypeVar("Named", ActorEntry, SeatEntry, ForumEntry, AreaEntry)


class Directory:
    """The names of one file. Looking up takes any spelling that folds to a name, short name or alias."""

    def __init__(self, file: AgreementFile) -> None:
        self.file = file
        self._members = _index((*file.parties, *file.actors))
        self._seats = _index(file.seats)
        self._forums = _index(file.forums)
        self._areas = _index(file.areas)

    def member(self, name: str) -> ActorEntry | None:
        """The party or other actor of that name."""
        return self._members.get(fold(name))

    def seat(self, name: str) -> SeatEntry | None:
        """The function of that name."""
        return self._seats.get(fold(name))

    def forum(self, name: str) -> ForumEntry | None:
        """The forum of that name."""
        return self._forums.get(fold(name))

    def area(self, name: str) -> AreaEntry | None:
        """The focus area of that name."""
        return self._areas.get(fold(name))

    def responsible(self, reference: ActorReference) -> Responsible | None:
        """Whom a reference means: a forum, a party (or other actor), a function, or the words themselves."""
        if reference.words is not None:
            return Responsible(kind="text", name=reference.words)
        name = reference.name or ""
        forum = self.forum(name)
        if forum is not None:
            return Responsible(kind="forum", name=forum.name)
        member = self.member(name)
        if member is not None:
            return Responsible(kind="party", name=short_name(member))
        seat = self.seat(name)
        return Responsible(kind="seat", name=seat.name) if seat is not None else None

    def seats_in(self, forum: ForumEntry) -> list[SeatEntry]:
        """The functions on a forum's lines, each once, in the order of the lines."""
        found: dict[str, SeatEntry] = {}
        for line in forum.members:
            for name in line.seats:
                seat = self.seat(name)
                if seat is not None:
                    found.setdefault(seat.name, seat)
        return list(found.values())

    def coordinator_seats(self) -> list[SeatEntry]:
        """The functions that are coordinators (samordnare)."""
        named = self.file.coordinators.seats if self.file.coordinators else ()
        return [seat for seat in map(self.seat, named) if seat is not None]

    def belongs_to(self, seat: SeatEntry, member: ActorEntry) -> bool:
        """Whether the function is the party's."""
        return seat.party is not None and self.member(seat.party) is member

    def chairing_seat(self, forum: ForumEntry, party: ActorEntry) -> SeatEntry | None:
        """Who takes the chair for a party where the file only names the party: the party's coordinator in the forum,
        else its only function there; None when neither tells."""
        own = [seat for seat in self.seats_in(forum) if self.belongs_to(seat, party)]
        coordinators = self.coordinator_seats()
        coordinating = [seat for seat in own if seat in coordinators]
        for choice in (coordinating, own):
            if len(choice) == 1:
                return choice[0]
        return None

    def chair_order(self, forum: ForumEntry) -> list[SeatEntry]:
        """The chairing functions in turn; empty where the file leaves them to be asked for."""
        chair = forum.chair
        if chair.order:
            return [seat for seat in map(self.seat, chair.order) if seat is not None]
        found = [self.chairing_seat(forum, party) for party in map(self.member, chair.parties) if party is not None]
        seats = [seat for seat in found if seat is not None]
        return seats if len(seats) == len(chair.parties) else []

    def chair_rule(self, forum: ForumEntry) -> ChairRule:
        """The forum's chair rule with full names. The file must be without mistakes."""
        chair = forum.chair
        parties = [party for party in map(self.member, chair.parties) if party is not None]
        return ChairRule.model_validate(
            {
                "form": CHAIR_WAYS[chair.way],
                "order": [seat.name for seat in self.chair_order(forum)],
                "parties": [short_name(party) for party in parties],
                "term_months": term_months(chair.changes) if chair.changes else None,
                "anchor_seat": self._title(chair.first),
                "anchor_from": chair.first_from,
                "vice": self._title(chair.vice),
                "by": chair.by,
            }
        )

    def _title(self, name: str | None) -> str | None:
        seat = self.seat(name) if name else None
        return seat.name if seat is not None else name

    def forum_of(self, forum: str | None, responsible: Iterable[ActorReference]) -> ForumEntry | None:
        """Where a promise is told and logged: the forum it names, else the first forum that answers for it, else the
        file's standard forum."""
        if forum is not None:
            return self.forum(forum)
        for reference in responsible:
            found = self.forum(reference.name) if reference.name else None
            if found is not None:
                return found
        return self.forum(self.file.default_forum) if self.file.default_forum else None


def short_name(member: ActorEntry) -> str:
    """What a party is called in running text: "kommunen"."""
    return member.short or member.name


def spellings(entry: ActorEntry | SeatEntry | ForumEntry | AreaEntry) -> Iterator[str]:
    """Every name an entry goes by, its own first."""
    yield entry.name
    if isinstance(entry, ActorEntry) and entry.short:
        yield entry.short
    yield from entry.aliases


def _index(entries: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for entry in entries:
        for name in spellings(entry):
            found.setdefault(fold(name), entry)
    return found
