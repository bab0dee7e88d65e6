"""Which places nobody holds: one reckoning, whoever asks."""

from datetime import date

import pytest

from storage.vacancies import Line, Roster, Sitting, Vacancy, unfilled

DAY = date(2027, 10, 20)
CONTACT, POLICE, HEADMASTER, DEPUTY_HEAD = 1, 2, 3, 4
OPERATIVE, PLANNING = 10, 20


@pytest.mark.parametrize(
    ("places", "seats", "held", "vacant"),
    [
        (1, [CONTACT, POLICE], [], 1),
        (1, [CONTACT, POLICE], [(CONTACT, 7)], 0),
        (1, [CONTACT], [(CONTACT, 7), (CONTACT, 8)], 0),
        (2, [HEADMASTER, DEPUTY_HEAD], [(HEADMASTER, 7), (HEADMASTER, 8)], 1),
        (2, [HEADMASTER, DEPUTY_HEAD], [(HEADMASTER, 7), (DEPUTY_HEAD, 7)], 0),
        (2, [HEADMASTER], [(HEADMASTER, 7)], 1),
        (2, [HEADMASTER], [(HEADMASTER, 7), (HEADMASTER, 8)], 0),
        (3, [HEADMASTER, DEPUTY_HEAD], [(HEADMASTER, 7), (HEADMASTER, 8), (DEPUTY_HEAD, 9)], 0),
    ],
    ids=[
        "nobody on either",
        "one of either/or is enough",
        "two who share one place",
        "two who share one of two seats leave the other empty",
        "one on both seats leaves none",
        "one of two on the same seat",
        "both of two on the same seat",
        "more places than seats",
    ],
)
def test_how_many_places_nobody_holds(places: int, seats: list[int], held: list[tuple[int, int]], vacant: int) -> None:
    assert unfilled(places, seats, held) == vacant


def sits(seat: int, person: str, *, deputy: bool = False, ends: date | None = None) -> Sitting:
    return Sitting(seat, person, hash(person), deputy, date(2027, 1, 1), ends)


def roster(*sittings: Sitting) -> Roster:
    titles = {CONTACT: "Kontaktpolis", POLICE: "Kommunpolis", HEADMASTER: "Rektor", DEPUTY_HEAD: "Biträdande rektor"}
    lines = [
        Line(PLANNING, "Kommunpolisen", 1, (POLICE,)),
        Line(OPERATIVE, "Kontaktpolis/Kommunpolis", 1, (CONTACT, POLICE)),
        Line(OPERATIVE, "Rektorer", 2, (HEADMASTER, DEPUTY_HEAD)),
    ]
    return Roster(titles, {PLANNING: "Planeringsgruppen", OPERATIVE: "Operativa gruppen"}, lines, sittings)


def test_an_either_or_place_with_one_of_its_seats_held_is_not_vacant() -> None:
    names = {each.name: each.forums for each in roster(sits(POLICE, "Bertil"), sits(HEADMASTER, "Rut")).vacancies(DAY)}
    assert names == {"Biträdande rektor": (OPERATIVE,)}


def test_a_seat_alone_in_one_forum_and_either_or_in_another_is_vacant_in_the_one() -> None:
    found = roster(sits(CONTACT, "Karin"), sits(HEADMASTER, "Rut"), sits(DEPUTY_HEAD, "Bo")).vacancies(DAY)
    assert found == [Vacancy((POLICE,), "Kommunpolis", 1, (PLANNING,))]


def test_a_deputy_fills_no_place_and_who_has_left_fills_it_no_longer() -> None:
    people = (sits(POLICE, "Bertil", ends=date(2027, 10, 19)), sits(POLICE, "Doris", deputy=True))
    assert "Kommunpolis" in {each.name for each in roster(*people).vacancies(DAY)}
    assert "Kommunpolis" not in {each.name for each in roster(*people).vacancies(date(2027, 10, 19))}


def test_an_either_or_place_with_nobody_is_one_vacancy_by_its_label() -> None:
    found = {each.name: each.count for each in roster().vacancies(DAY)}
    assert found == {"Kommunpolis": 1, "Kontaktpolis/Kommunpolis": 1, "Rektor": 1, "Biträdande rektor": 1}
