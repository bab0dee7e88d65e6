"""Nyby's room, for what is read and shown there."""

from tests.commands.conftest import nyby_on_postgres as nyby_on_postgres
from tests.commands.conftest import nyby_on_sqlite as nyby_on_sqlite
from tests.commands.conftest import room as room
