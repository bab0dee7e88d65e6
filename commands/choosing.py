"""Long lists a page at a time, by button: fifty forums are too many for one message, and not everybody can type."""

from collections.abc import Callable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Reply
from commands.permissions import rights
from commands.texts import finding as texts
from commands.words import Words
from schedules.message import Button, Part, say
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


async def which_forum(call: Call, session: AsyncSession, action: Action, command: str) -> Reply | None:
    """The forums to choose among, as buttons, where somebody types a command that needs one and names none; None where
    something is named. Raises NotAllowed for who may not do it anywhere."""
    words = Words(call.words)
    page = page_in(words)
    if call.submitted or words.text:
        return None
    asker = await rights(call, session)
    asker.require_somewhere(action)
    return Reply(say(texts.WHICH_FORUM, buttons=forum_buttons(asker.seen_forums(action), command, page)))


def page_of(parts: Sequence[Part], page: int, size: int, command: str, words: str = "") -> list[Part]:
    """The page's parts (the first is 0; past the end the last), and a button for the next where there is one. `words`:
    what the list is of, so that the next page is of the same."""
    page = min(page, max(0, (len(parts) - 1) // size))
    left = len(parts) - (page + 1) * size
    further = [Part(buttons=(Button(texts.more_of_list(left), command, f"s:{page + 1} {words}".strip()),))]
    return [*parts[page * size : (page + 1) * size], *(further if left > 0 else [])]
