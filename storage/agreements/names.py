"""Names as people write them: compared without case, accents or punctuation, and the nearest right one suggested."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

PLACEHOLDER = "\u0000"  # stands in for a broken name while the rest of a file is checked; no file can hold it
NEAR_ENOUGH = 60  # below this a suggestion confuses more than it helps


def fold(text: str) -> str:
    """The name without case, accents and punctuation: what two spellings of the same name share."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def slug(text: str) -> str:
    """The name as a key: "Kommunens vård- och omsorgschef" becomes "kommunens-vard-och-omsorgschef"."""
    return fold(text).replace(" ", "-")


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the word, None when none is like it."""
    choices = {name: fold(name) for name in candidates}
    found = process.extractOne(fold(word), choices, scorer=fuzz.WRatio, score_cutoff=NEAR_ENOUGH)
    return None if found is None else str(found[2])


def listing(names: Iterable[str], most: int = 12) -> str:
    """The names in a row, cut off politely when they are many."""
    every = [name for name in names if name != PLACEHOLDER]
    shown = ", ".join(every[:most])
    return f"{shown} och {len(every) - most} till" if len(every) > most else shown
