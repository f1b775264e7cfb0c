"""A migrated database as a file, for the servers that tests start: a copy takes a second, migrating twenty."""

import os
import subprocess

from lipse_site.embedded.postgres import programs

# Where the file is, in the environment of the processes that a test starts.
VARIABLE = "PREPARED_DATABASE"


def dump(path, **server):
    """`server`: host, port, user and dbname of the database."""
    unfinished = path.with_suffix(".unfinished")
    _run("pg_dump", server, "--format=custom", f"--file={unfinished}", f"--dbname={server['dbname']}")
    unfinished.rename(path)


def restore(path, **server):
    """Into the empty database that `server` names, as in `dump`."""
    _run("pg_restore", server, "--exit-on-error", "--single-transaction", f"--dbname={server['dbname']}", str(path))


def _run(program, server, *options):
    known = {f"PG{name.upper()}": str(server[name]) for name in ("host", "port", "user") if name in server}
    subprocess.run([str(programs() / program), *options], env=os.environ | known, check=True)
