"""How far an item may be shown: the field that asks, in every form that makes an item, and what it says when sent in.

Source: the project's design, access and privacy: each item is internal, the parties' or public.
"""

from commands.call import Field, Option
from commands.texts import showing as texts
from storage.models import Forum
from storage.terms import Visibility, is_internal

NAME = "visibility"
AS_AGREED = "as"  # what the agreement says of the commitment


def sensible(forum: Forum | None, agreed: str = Visibility.PARTIES.value) -> str:
    """The mark an item gets where nobody has chosen another: as agreed, but internal in a forum for places only."""
    if agreed == Visibility.PARTIES.value and forum is not None and forum.places_only:
        return Visibility.INTERNAL.value
    return agreed


def visibility_field(value: str, *, unsaid: str = "") -> Field:
    """The question, with `value` chosen. `unsaid` is the words for leaving it as it would be (AS_AGREED)."""
    labels = ({AS_AGREED: unsaid} if unsaid else {}) | texts.VISIBILITIES
    options = tuple(Option(label, each) for each, label in labels.items())
    return Field(NAME, texts.VISIBILITY, "choice", value=value, options=options, required=False)


def chosen_visibility(said: str, otherwise: str) -> str:
    """One of the three; `otherwise` where nothing is chosen, or what is agreed. Anything else counts as internal."""
    if said in ("", AS_AGREED):
        return otherwise
    return Visibility.INTERNAL.value if is_internal(said) else said
