"""The bot at its desk, as in tests/bot."""

from tests.bot.conftest import filled_town, office

__all__ = ["filled_town", "office"]
