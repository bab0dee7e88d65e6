"""What to answer to words that nobody understood: what they were, and the nearest right forms."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from commands.call import Refused
from commands.guard import check_free_text
from commands.texts import guide as texts
from commands.words import fold, tidy

NEAR = 70  # of 100: "rotra" is near "rotera", "fika" is near nothing
MOST = 3


def misunderstood(slash: str, words: str, forms: Sequence[str], names: Sequence[str] = ()) -> Refused:
    """The refusal of `words` after a slash command.

    `forms` are what the command takes, whole ("/ordforande rotera"); `names` what may stand right after it, such as a
    forum's name. Words that hold a personal identity number are refused without being repeated.
    """
    check_free_text({"words": words})  # what must not be written is not echoed either
    choices = {form: form.partition(" ")[2] for form in forms if " " in form}
    choices |= {f"{slash} {name}": name for name in names}
    near = _nearest(words, choices) if words else []
    return Refused(texts.unknown(slash, tidy(words), near, [*forms, *[f"{slash} {name}" for name in names]][:10]))


def _nearest(words: str, choices: Mapping[str, str]) -> list[str]:
    """The forms most like all the words, or like the first of them."""
    folded = {form: fold(text) for form, text in choices.items()}
    scores: dict[str, float] = {}
    for said in {fold(words), *fold(words).split()[:1]}:
        for _, score, form in process.extract(said, folded, scorer=fuzz.ratio, limit=MOST, score_cutoff=NEAR):
            scores[form] = max(score, scores.get(form, 0))
    return sorted(scores, key=lambda form: -scores[form])[:MOST]
