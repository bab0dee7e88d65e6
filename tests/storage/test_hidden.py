"""What nobody sees is taken out; what is seen stays, letter for letter."""

import pytest

from storage.agreements.reading import read
from storage.agreements.roster import read_roster
from storage.hidden import without_hidden
from tests.storage.agreements.files import NYBY, changed


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Kommunhuset \u202e\u200bgnp.exe", "Kommunhuset gnp.exe"),
        ("\u2066a\u2069\u200eb\u200fc\u061c\ufeff\u2060d\u00ade", "abcde"),
        ("a\x00b\x1bc\x7fd\ud800e", "abcde"),
        ("Anna\u200d", "Anna"),  # two people of the same name are seen to be
        (
            "👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👩🏽\u200d⚕\ufe0f",
            "👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👩🏽\u200d⚕\ufe0f",
        ),
        *[(same, same) for same in ("rad ett\nrad två\ttabb\u00a0å ä ö e\u0301", "ﷺ עברית", "✔ ½ ²")],
    ],
)
def test_only_what_nobody_sees_goes(written: str, kept: str) -> None:
    assert without_hidden(written) == kept


def test_a_roster_and_an_agreement_file_are_read_without_what_nobody_sees() -> None:
    rows, _ = read_roster("seat,name\nKommunpolis,\u202eAnna\u200b Ek\n")
    assert [row.name for row in rows] == ["Anna Ek"]
    for quoted in ("Kommunhuset\u202e", '"Kommunhuset\\u202e\\u200b"'):
        file, problems = read(changed(NYBY, ("titel: Samverkan i Nyby", f"titel: {quoted}")))
        assert file is not None, problems
        assert file.title == "Kommunhuset"
