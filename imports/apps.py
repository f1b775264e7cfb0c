from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        # Imported here because models do not exist earlier.
        from imports.jobs.comparing import COMPARISONS  # noqa: PLC0415
        from imports.jobs.languages import LANGUAGE_CORRECTIONS  # noqa: PLC0415
        from imports.jobs.run import IMPORTS  # noqa: PLC0415
        from imports.originals import originals_with  # noqa: PLC0415
        from imports.pointing import KINDS  # noqa: PLC0415
        from imports.vocabulary import add_words  # noqa: PLC0415
        from jobs.kinds import register  # noqa: PLC0415
        from versions.erasing import register_remaining  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        for job_kind in (IMPORTS, COMPARISONS, LANGUAGE_CORRECTIONS):
            register(job_kind)
        for kind in KINDS:
            register_kind(kind)
        register_remaining(originals_with)
        if settings.IMPORT_HEADER_WORDS:
            add_words(Path(settings.IMPORT_HEADER_WORDS))
