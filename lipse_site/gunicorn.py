"""How gunicorn serves the site: `gunicorn --config python:lipse_site.gunicorn lipse_site.wsgi`."""

from pathlib import Path

from django.conf import settings

from lipse_site.frozen_database import do_not_wait

bind = [f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"]
worker_class = "lipse_site.web_worker.WebWorker"
workers = settings.WEB_PROCESSES
threads = settings.WEB_THREADS
# Exports stream for minutes; a thread that waits for the database must not look dead.
timeout = 300
graceful_timeout = 10
# The longest line that gunicorn can be told to read.
limit_request_line = 8190
# Where the forked workers show that they live; a disk that blocks would look like their death.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- gunicorn makes an unnamed file there
# A process is renewed now and then, so that a leak stays small.
max_requests, max_requests_jitter = 20_000, 2_000
control_socket_disable = True
logconfig_dict = settings.LOGGING
# Our own line for each request says more and quotes less.
accesslog = None


def post_fork(_server: object, _worker: object) -> None:
    do_not_wait()
