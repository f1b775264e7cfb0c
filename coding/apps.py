from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "coding"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from coding.agreement.jobs import AGREEMENT_COMPUTATIONS  # noqa: PLC0415
        from coding.erasing import places_of_units  # noqa: PLC0415
        from coding.jobs.alike import AlikeSearches  # noqa: PLC0415
        from coding.pointing import KINDS  # noqa: PLC0415
        from jobs.kinds import register  # noqa: PLC0415
        from versions.erasing import register_places  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        register(AGREEMENT_COMPUTATIONS)
        for kind in KINDS:
            register_kind(kind)
        register_places(places_of_units)
        register(AlikeSearches())
