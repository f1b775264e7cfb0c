"""`make run`: the site and its worker on one machine, with embedded services or those of the settings."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.management.ready import TranslatedCommand
from lipse_site import serving
from lipse_site.demo.load import is_demo_wanted
from lipse_site.embedded import services
from lipse_site.embedded.system import ServiceError
from lipse_site.logs import lines_to
from lipse_site.management.quick_migrate import quick_migrate
from lipse_site.serving import ServingError


class Command(TranslatedCommand):
    help = gettext_noop("Serve the site and run a worker until Ctrl-C is pressed.")
    # The quick ones; `make check` runs the others.
    requires_system_checks = ["lipse_site"]

    def handle(self, *args: object, **options: object) -> None:
        # Set again, because a shell starts background processes with Ctrl-C ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self._serve(settings.DATA_DIR / "logs")
        except KeyboardInterrupt:
            self.stdout.write(_("Stopped."))
        except (ServingError, ServiceError, OperationalError) as error:
            raise CommandError(str(error).strip()) from error

    def _serve(self, logs: Path) -> None:
        serving.refuse_taken_port(settings.HOST, settings.PORT)
        with ThreadPoolExecutor(1) as beside:
            # Importing all views and starting the services each take a second, so they run at the same time.
            loaded = beside.submit(lambda: get_resolver().url_patterns)
            if not (settings.DATABASE_URL and settings.REDIS_URL):
                services.use(settings.EMBEDDED)
        loaded.result()
        _bring_up_to_date()
        # A connection belongs to the process that opened it.
        connections.close_all()
        processes = serving.children(settings.WORKER_PROCESSES, logs)
        web, *others = processes
        try:
            web.start()
            serving.wait_for_page(settings.HOST, settings.PORT, web)
            # Only now, so that the first page has the processor.
            for child in others:
                child.start()
            self._greet(logs)
            serving.watch(processes)
        finally:
            # A second Ctrl-C must not interrupt the stop.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            serving.stop(processes)
            services.let_go(settings.EMBEDDED)

    def _greet(self, logs: Path) -> None:
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        self.stdout.write(f"LIPSE Casebook: http://{host}:{settings.PORT}")
        if settings.DEMO and is_demo_wanted():
            self.stdout.write(_("Loading the demo consortium. The pages work in the meantime."))
            self.stdout.flush()
            with lines_to(logs / "serve.log"):
                call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
        if settings.DEMO:
            call_command("demo_sign_ins", stdout=self.stdout)
        connections.close_all()
        self.stdout.write(_("Logs: %(folder)s. Press Ctrl-C to stop.") % {"folder": logs})
        self.stdout.flush()


def _bring_up_to_date() -> None:
    """Apply pending migrations, and collect static files if they are served under hashed names."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        is_first_start = not executor.loader.applied_migrations
        with quick_migrate() if is_first_start else nullcontext():
            call_command("migrate", interactive=False, verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
