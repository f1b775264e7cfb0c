"""How gunicorn serves the site: `gunicorn --config python:lipse_site.gunicorn lipse_site.wsgi`."""

import gc
from pathlib import Path

import django
from django.conf import settings
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from lipse_site.frozen_database import do_not_wait
from lipse_site.lanes import LANE

# The worker class is imported before the application, and needs the models of the site.
django.setup()

bind = [f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"]
worker_class = "lipse_site.web_worker.WebWorker"
# One more answers what takes long.
workers = settings.WEB_PROCESSES + 1
threads = settings.WEB_THREADS
# Exports stream for minutes; a thread that waits for the database must not be stopped.
timeout = 300
graceful_timeout = 10
# The longest line that gunicorn can be set to read.
limit_request_line = 8190
# The heartbeat files of the workers, in memory: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- gunicorn makes an unnamed file there
# Processes are restarted from time to time, so that memory leaks stay small.
max_requests, max_requests_jitter = 20_000, 2_000
control_socket_disable = True
logconfig_dict = settings.LOGGING
# The site's own line for each request has more information and quotes less.
accesslog = None


def pre_fork(server: Arbiter, worker: Worker) -> None:
    LANE.choose(server, worker)


def post_fork(_server: object, _worker: object) -> None:
    do_not_wait()


def post_worker_init(_worker: Worker) -> None:
    """What the site consists of stays: the search for cycles leaves it out, and comes when more was made since."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def on_reload(server: Arbiter) -> None:
    LANE.begin_again(server)
