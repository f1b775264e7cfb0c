"""The progress of a job on a terminal."""

import threading
import time
from types import TracebackType
from typing import Protocol, Self

from django.db import connection
from django.utils.translation import gettext as _

from jobs.models import Job
from jobs.querysets import jobs_of

EVERY_SECONDS = 1.0


class Stream(Protocol):
    """Standard error of a management command."""

    def write(self, text: str) -> object: ...


class ProgressLine:
    """Writes stage, rows and rate of a job to a stream each second, from its own thread."""

    def __init__(self, job: Job, stream: Stream) -> None:
        self._rows, self._stream = jobs_of(type(job)).filter(pk=job.pk), stream
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        began, written = time.monotonic(), ""
        try:
            while not self._stop.wait(EVERY_SECONDS):
                job = self._rows.only("stage", "progress_done", "progress_total").first()
                line = self._line(job, time.monotonic() - began) if job else ""
                if line and line != written:
                    self._stream.write(line)
                    written = line
        finally:
            connection.close()

    @staticmethod
    def _line(job: Job, seconds: float) -> str:
        if job.progress_total:
            text = _("%(seconds)s s  %(stage)s: %(done)s of %(total)s")
        else:
            text = _("%(seconds)s s  %(stage)s: %(done)s")
        return text % {
            "seconds": f"{seconds:6.0f}", "stage": job.get_stage_display(), "done": f"{job.progress_done:,}",
            "total": f"{job.progress_total:,}",
        }  # fmt: skip
