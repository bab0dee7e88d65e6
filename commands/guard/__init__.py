"""Stops what must not be written, before anything is stored: personal identity numbers in any written form.

`plain` reads a text past what hides digits, `candidates` finds where a number could stand, `identity` judges it,
`signs` finds what is only asked about, `gate` looks through a whole request. No such number has a reason to be here
(dataskyddslagen 2018:218, 3 kap. 10 §). docs/guard.md states how often it is right.
"""

from commands.guard.gate import check_free_text
from commands.guard.identity import holds_identity_number

__all__ = ["check_free_text", "holds_identity_number"]
