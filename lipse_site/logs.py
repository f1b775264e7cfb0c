"""Log lines: one JSON object on each line, with the id of the request or task, and without personal data.

A line has numbers, ids and the words listed here. Everything else is left out, whoever logs it: texts, names, query
strings, addresses of machines, arguments of tasks, and messages of exceptions, which may quote a row.
"""

import logging.config
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import structlog
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, Processor

WORDS = {"event", "level", "timestamp", "logger", "request", "request_id", "task_id", "task", "task_name", "code",
         "state", "exception", "service"}  # fmt: skip
# Parts of an address that give access to anyone who knows them.
SECRET_PARTS = {"key", "token", "uidb36", "uidb64", "secret"}
# Everything below belongs to one respondent: the key of a wave, the token of a response.
SURVEYS = "/s/"
# These write as free text what the site's own lines have in fields, or quote what a person sent.
SILENT = (
    "gunicorn.access",
    "django.request",
    "django.server",
    "celery.app.trace",
    "celery.worker.strategy",
    "django.security.DisallowedHost",
)


class AddressMiddleware(RequestMiddleware):
    """Logs the path of a request without its query, and without its secret parts."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {public_path(request.path_info)}"


@lru_cache(maxsize=1024)
def public_path(path: str) -> str:
    if path.startswith(SURVEYS):
        return f"{SURVEYS}…"
    try:
        match = resolve(path)
    except Resolver404:
        # It is not an address of this site, so it may be anything that a person pasted.
        return "(unknown)"
    for name, value in match.kwargs.items():
        if name in SECRET_PARTS:
            path = path.replace(str(value), "…")
    return path


def keep_words_and_numbers(_logger: object, _method: str, line: EventDict) -> EventDict:
    """The last processor but one: it drops everything that it does not know."""
    return {
        key: value
        for key, value in line.items()
        if key in WORDS or value is None or isinstance(value, int | float) or key.endswith(("_id", "_pk"))
    }


def words_only(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Log lines of libraries: the text as it is in their code, without its arguments."""
    if line.pop("positional_args", None):
        line["event"] = str(line["_record"].msg)
    return line


def where_it_broke(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Replace an exception by its class and the places in the code; its message may quote what a person wrote."""
    found = line.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    chain = []
    while isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"class": f"{type(error).__module__}.{type(error).__qualname__}", "places": places})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if chain:
        line["exception"] = chain
    return line


BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(level: str) -> dict[str, object]:
    """The logging configuration of Django, gunicorn and the workers."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*BEFORE, words_only],
                "pass_foreign_args": True,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    where_it_broke,
                    keep_words_and_numbers,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "CRITICAL", "propagate": False} for name in SILENT}
        # Named here, gunicorn loses its own handlers and writes lines like all other loggers.
        | {"gunicorn.error": {"level": level, "handlers": [], "propagate": True}},
    }


def configure(settings: dict[str, object]) -> None:
    """Called by Django with its LOGGING setting."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *BEFORE, _keep_exception,
                    structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )  # fmt: skip


def _keep_exception(_logger: object, method: str, line: EventDict) -> EventDict:
    """For `logger.exception` and `exc_info=True`: store the exception that is being handled."""
    if method == "exception" or line.get("exc_info") is True:
        line["exc_info"] = sys.exc_info()
    return line


@contextmanager
def lines_to(path: Path) -> Iterator[None]:
    """Write log lines of this process to a file during the block: the console is for people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    with path.open("a") as file:
        before = [handler.setStream(file) for handler in handlers]
        try:
            yield
        finally:
            for handler, stream in zip(handlers, before, strict=True):
                if stream is not None:
                    handler.setStream(stream)
