"""The button that shows what has been changed, for whatever shows something logged."""

from commands.texts import history as texts
from schedules.message import Button

COMMAND = "utfall andringar"


def changes_button(occasion_id: int | None, version: int) -> tuple[Button, ...]:
    """For an occasion whose outcome has been corrected; none where there is nothing to show."""
    return (Button(texts.SHOW, COMMAND, f"o:{occasion_id}"),) if version > 1 else ()
