from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"

    def ready(self) -> None:
        # Imported here because models do not exist earlier.
        from exports.jobs import EXPORTS  # noqa: PLC0415
        from jobs.kinds import register  # noqa: PLC0415

        register(EXPORTS)
