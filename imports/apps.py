from django.apps import AppConfig

from imports.recipe import register


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        # Here, because models exist only from here on.
        from imports.jobs.comparing import COMPARISONS  # noqa: PLC0415
        from imports.jobs.run import IMPORTS  # noqa: PLC0415
        from imports.recipes import RECIPES  # noqa: PLC0415
        from jobs.kinds import register as register_kind  # noqa: PLC0415

        for recipe in RECIPES:
            register(recipe)
        for kind in (IMPORTS, COMPARISONS):
            register_kind(kind)
