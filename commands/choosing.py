"""Choosing among forums by button, for those who cannot type: a page at a time, since fifty forums are too many."""

from collections.abc import Callable, Sequence

from commands.texts import finding as texts
from commands.words import Words
from schedules.message import Button
from storage.models import Forum

PAGE = 24  # buttons; Slack takes 25 in a row of them


def page_in(words: Words) -> int:
    """The page a button asks for; the first is 0."""
    return words.take_id("s") or 0


def forum_buttons(
    forums: Sequence[Forum],
    command: str,
    page: int,
    words: Callable[[Forum], str] = lambda forum: f"f:{forum.id}",
    more: str = "",
) -> tuple[Button, ...]:
    """A button for each forum of the page, and one for the next page where there is one. `more`: words that go on."""
    first = page * PAGE
    buttons = [Button(forum.name[:75], command, words(forum)) for forum in forums[first : first + PAGE]]
    if len(forums) > first + PAGE:
        buttons.append(Button(texts.more_forums(len(forums) - first - PAGE), command, f"s:{page + 1} {more}".strip()))
    return tuple(buttons)
