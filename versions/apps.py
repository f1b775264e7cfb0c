from django.apps import AppConfig


class VersionsConfig(AppConfig):
    name = "versions"

    def ready(self) -> None:
        # Here, because models exist only from here on. Rooms below this one leave their kinds to it.
        from versions.kinds import KINDS  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        for kind in KINDS:
            register_kind(kind)
