from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from imports.jobs.comparing import COMPARISONS  # noqa: PLC0415
        from imports.jobs.run import IMPORTS  # noqa: PLC0415
        from jobs.kinds import register  # noqa: PLC0415

        for kind in (IMPORTS, COMPARISONS):
            register(kind)
