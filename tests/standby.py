"""A real streaming replica for tests, made by pg_basebackup from the programs of the embedded PostgreSQL."""

import contextlib
import shutil

import psycopg2

from lipse_site.embedded import system
from lipse_site.embedded.layout import Layout
from lipse_site.embedded.postgres import PostgresServer
from tests.waiting import until


class Server(PostgresServer):
    """A PostgreSQL with a folder of its own, which nothing keeps but the test. Nothing has to survive a crash."""

    def __init__(self, folder, **options):
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(Layout.below(folder.resolve()))
        self.options = options
        for path in (self.layout.logs, self.layout.locks):
            path.mkdir(exist_ok=True)
        self.layout.ephemeral.touch()
        for path in (self.layout.services, self.layout.sockets):
            system.private_folder(path)

    def _options(self):
        return super()._options() | {"shared_buffers": "64MB"} | self.options

    @property
    def host(self):
        return str(self.layout.sockets)

    def sql(self, statement, *parameters, database="lipse"):
        """The first value of the first row."""
        with contextlib.closing(psycopg2.connect(host=self.host, user="lipse", dbname=database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchone()[0] if cursor.description else None

    def kill(self):
        """At once, as a machine that loses its power."""
        self.process.kill()
        self.process.wait()
        system.end_processes_in(self.data)
        self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.layout.services, ignore_errors=True)
        shutil.rmtree(self.layout.sockets, ignore_errors=True)


class Standby(Server):
    """A streaming replica of the server with these sockets. primary: how it reaches it, as libpq writes it."""

    def __init__(self, folder, primary, **options):
        super().__init__(folder, **options)
        self.primary = primary

    def _make_cluster(self):
        fresh = self.data.with_name("pgdata.new")
        done = self._run("pg_basebackup", "--no-sync", "-c", "fast", "-R", "-D", str(fresh), "-d", self.primary)
        assert done.returncode == 0, done.stderr
        fresh.rename(self.data)

    def _make_database(self):
        pass

    def pause(self):
        """From now on it receives what the primary writes, and shows none of it."""
        self.sql("SELECT pg_wal_replay_pause()")
        until(lambda: self.sql("SELECT pg_get_wal_replay_pause_state()") == "paused", every=0.02)

    def resume(self):
        self.sql("SELECT pg_wal_replay_resume()")

    def catch_up(self, primary):
        """Return when it shows everything that the primary has now. primary: a function that reads a value there."""
        position = primary("SELECT pg_current_wal_insert_lsn()")
        until(lambda: self.sql("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position), every=0.02)
        until(lambda: self.sql("SELECT count(*) FROM pg_stat_wal_receiver") == 1, every=0.02)

    def promote(self):
        self.sql("SELECT pg_promote(true, 60)")
