"""`python -m tests.guard [SEED]`: prints how often the guard is right on the generated texts."""

import sys

from tests.guard.corpus import SEED, corpus
from tests.guard.counting import counted, done_with, table

if __name__ == "__main__":
    texts = corpus(int(sys.argv[1]) if len(sys.argv) > 1 else SEED)
    print(table(counted(texts)))  # noqa: T201
    for each in [each for each in texts if done_with(each.text) != each.expected][: 40 if "-v" in sys.argv else 0]:
        print(each)  # noqa: T201
