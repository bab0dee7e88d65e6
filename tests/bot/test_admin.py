"""`samverkansbot admin …`: the first administrator is let in, and the last never put out."""

from tests.bot.test_cli import Keyboard, keyboard  # noqa: F401  (the fixture)

OWN = "U0NYADMIN"


def test_the_first_administrator_is_made_on_an_empty_database(keyboard: Keyboard) -> None:  # noqa: F811
    assert "är administratör" in keyboard.right("admin", "add", OWN, "--name", "Nils Ny")
    assert "redan" in keyboard.right("admin", "add", OWN)
    assert keyboard.right("admin", "list") == f"Nils Ny ({OWN})\n"


def test_the_last_administrator_cannot_be_removed(keyboard: Keyboard) -> None:  # noqa: F811
    keyboard.right("admin", "add", OWN)
    assert "sista" in keyboard.wrong("admin", "remove", OWN)
    keyboard.right("admin", "add", "U0TVA", "--team", "T0POLISEN")
    assert "T0POLISEN" in keyboard.right("admin", "list")
    keyboard.right("admin", "remove", OWN)
    assert OWN not in keyboard.right("admin", "list")
    assert "sista" in keyboard.wrong("admin", "remove", "U0TVA", "--team", "T0POLISEN")


def test_somebody_who_is_none_and_ids_that_are_no_ids(keyboard: Keyboard) -> None:  # noqa: F811
    keyboard.right("admin", "add", OWN)
    assert "ingen administratör" in keyboard.wrong("admin", "remove", "U0NAGON")
    assert "inget Slack-id" in keyboard.wrong("admin", "add", "anna")
    assert "inget team-id" in keyboard.wrong("admin", "add", OWN, "--team", "polisen")


def test_the_table_is_printed_as_the_page_has_it(keyboard: Keyboard) -> None:  # noqa: F811
    assert keyboard.right("admin", "table").startswith("# Vem som får göra vad")
