from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        # Imported here because models do not exist earlier.
        from imports.jobs.comparing import COMPARISONS  # noqa: PLC0415
        from imports.jobs.languages import LANGUAGE_CORRECTIONS  # noqa: PLC0415
        from imports.jobs.run import IMPORTS  # noqa: PLC0415
        from imports.originals import originals_with  # noqa: PLC0415
        from imports.pointing import KINDS  # noqa: PLC0415
        from jobs.kinds import register  # noqa: PLC0415
        from versions.erasing import register_remaining  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        for job_kind in (IMPORTS, COMPARISONS, LANGUAGE_CORRECTIONS):
            register(job_kind)
        for kind in KINDS:
            register_kind(kind)
        register_remaining(originals_with)
