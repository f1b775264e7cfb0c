from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from surveys.erasing import ERASABLES  # noqa: PLC0415
        from surveys.pointing import KINDS  # noqa: PLC0415
        from versions.erasing import register_erasable  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        for kind in KINDS:
            register_kind(kind)
        for erasable in ERASABLES:
            register_erasable(erasable)
