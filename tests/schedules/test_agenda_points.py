"""Where on a forum's own agenda what has come up is put."""

import pytest

from schedules import texts


@pytest.mark.parametrize(
    ("point", "last"),
    [
        ("Övriga frågor", True),
        ("11.00 Övriga frågor", True),
        ("11.15–11.30 Nästa möte (ordföranden)", True),
        ("9.00 Lägesbild polis (kommunpolisen)", False),
        ("Övriga frågor om skolan", False),
    ],
)
def test_the_last_points_are_known_with_time_and_presenter_too(point: str, last: bool) -> None:
    assert texts.is_last(point) is last
