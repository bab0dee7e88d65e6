"""Forums where nothing is ever written about individuals: the fixed line in their forms, and numbers too small to show.

Domain rule: in Operativa gruppen (`utan enskilda: ja` in the agreement file) times, places, attendance and trends are
written down, never people; a count of few people may tell who they are.
"""

from collections.abc import Iterable
from dataclasses import replace

from commands.call import Field, Form
from commands.texts import guard as texts
from schedules.texts import PLACES_ONLY
from storage.models import Forum

FEWEST = 5  # a count of people below this is not shown


def reminded(form: Form, forums: Iterable[Forum | None]) -> Form:
    """The form, with the fixed line before its questions where any forum it may be about is for places only."""
    if not any(forum is not None and forum.places_only for forum in forums):
        return form
    first = next((at for at, field in enumerate(form.fields) if field.kind != "note"), len(form.fields))
    return replace(form, fields=(*form.fields[:first], Field("places", PLACES_ONLY, "note"), *form.fields[first:]))


def shown_people(count: int | None, forum: Forum | None) -> str:
    """`shown_count` of a count that may not be said: "" then."""
    return "" if count is None else shown_count(count, forum)


def shown_count(count: int, forum: Forum | None, fewest: int = FEWEST) -> str:
    """A count in statistics, as it may be shown: "färre än 5" for a small one in a forum for places only; 0 is 0."""
    if forum is not None and forum.places_only and 0 < count < fewest:
        return texts.fewer_than(fewest)
    return str(count)
