"""Django's PostgreSQL backend, which starts the embedded server when the first connection is made."""

import time

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError as DjangoOperationalError
from psycopg2 import OperationalError
from psycopg2.extensions import connection

from lipse_site.embedded import services
from lipse_site.embedded.system import ServiceError

RECOVERY_SECONDS = 20


class DatabaseWrapper(base.DatabaseWrapper):
    """If the server was killed, its keeper starts it again: a new connection waits for that instead of failing."""

    def get_new_connection(self, conn_params: dict[str, object]) -> connection:
        end = time.monotonic() + RECOVERY_SECONDS
        while True:
            try:
                services.use(settings.EMBEDDED)
                return super().get_new_connection(conn_params)
            except ServiceError as error:
                raise DjangoOperationalError(str(error)) from error
            except OperationalError as error:
                if time.monotonic() > end or not _passes(str(error)):
                    raise
                time.sleep(0.1)


def _passes(message: str) -> bool:
    return any(
        words in message
        for words in ("No such file or directory", "Connection refused", "starting up", "shutting down", "recovery")
    )
