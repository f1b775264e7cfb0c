"""Progress of an import on a terminal."""

import threading
import time
from typing import Any, Self

from django.db import connection

from imports.models import Import

EVERY_SECONDS = 1.0


class ProgressLine:
    """Writes stage, rows and rate of an import to a stream each second, from a thread of its own."""

    def __init__(self, import_id: int, stream: Any) -> None:
        self._import_id, self._stream = import_id, stream
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        began, said = time.monotonic(), ""
        try:
            while not self._stop.wait(EVERY_SECONDS):
                run = Import.objects.filter(pk=self._import_id).only("stage", "progress_done", "progress_total").first()
                line = self._line(run, time.monotonic() - began) if run else ""
                if line and line != said:
                    self._stream.write(line)
                    said = line
        finally:
            connection.close()

    @staticmethod
    def _line(run: Import, seconds: float) -> str:
        of = f" of {run.progress_total:,}" if run.progress_total else ""
        return f"{seconds:6.0f} s  {run.get_stage_display()}: {run.progress_done:,}{of}"
