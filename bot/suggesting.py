"""What a long list offers for what somebody types: the form it stands in is made anew for that person, and searched.

Nothing of it is kept here meanwhile, and who may no longer open the form is offered nothing. Slack asks when the list
is opened and at every letter, and takes a hundred at most (docs.slack.dev, select menu of external data source).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import OPTIONS, option_block
from commands.call import Form, Option
from commands.words import fold

Block = dict[str, Any]


def matching(options: Sequence[Option], typed: str) -> list[Option]:
    """Those that hold every word typed, those that begin with what was typed first; else in their own order."""
    wanted = fold(typed)
    held = [(fold(f"{option.label} {option.description}"), option) for option in options]
    found = [(text, option) for text, option in held if all(word in text for word in wanted.split())]
    return [option for _, option in sorted(found, key=lambda each: not each[0].startswith(wanted))]


def suggestions(form: Form, body: Mapping[str, Any]) -> list[Block]:
    """The options of the field asked about, for what was typed; none where the form has no such field."""
    name, typed = str(body.get("block_id") or ""), str(body.get("value") or "")
    options = next((field.options for field in form.fields if field.name == name), ())
    return [option_block(option) for option in matching(options, typed)[:OPTIONS]]
