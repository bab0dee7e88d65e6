"""A change of the roster shown before it is saved: a second form, that holds what the first one was filled in with."""

import json
from collections.abc import Sequence
from dataclasses import replace

from commands.call import Call, Field, Form
from commands.guard.gate import ADDRESS
from commands.roster_change import Effects, first_of, mark_of
from commands.texts import roster as texts


def given(call: Call) -> Call:
    """The call of a form sent in, with what the form before it held: what was shown is what is done."""
    held = json.loads(call.context.get("given", "{}"))
    address = {ADDRESS: call.context[ADDRESS]} if call.context.get(ADDRESS) else {}
    return replace(call, fields={**held, **address, **call.fields})


def look(
    call: Call,
    command: str,
    effects: Sequence[Effects],
    fields: Sequence[Field] = (),
    *,
    always: bool = False,
    more: Sequence[str] = (),
) -> Form | None:
    """The form that shows what would change before it is saved, and asks `fields`; None where there is nothing to ask
    or to show beside what was written, or where it has been shown just so.

    Shown when somebody's turn in the chair changes, when days that have been change, or with fields to answer; `always`
    for a whole list. `more`: lines about something else than who sits where.
    """
    mark = mark_of(effects, more)
    shown = call.context.get("sure")
    needed = always or bool(fields) or any(each.turns or each.backwards for each in effects)
    if not needed or shown == mark:
        return None
    lines = [*(line for each in effects for line in each.lines), *first_of(more)]
    notes = [texts.CHANGED_MEANWHILE if shown else texts.CHANGES, *lines]
    if any(each.backwards for each in effects):
        notes.append(texts.BACKWARDS)
    held = {name: value for name, value in call.fields.items() if value is not None and name != ADDRESS}
    context = {**call.context, "given": json.dumps(held, ensure_ascii=False), "sure": mark, ADDRESS: call.text(ADDRESS)}
    note = Field("look", "\n".join(notes), "note")
    return Form(command, texts.LOOK_TITLE, (note, *fields), texts.LOOK_SUBMIT, context)
