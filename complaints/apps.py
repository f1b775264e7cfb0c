from django.apps import AppConfig

from imports.recipe import register


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        # Not at the top: models are loaded only when ready() is called.
        from complaints.erasing import ERASABLES, places_in_imports  # noqa: PLC0415
        from complaints.pointing import KINDS  # noqa: PLC0415
        from complaints.recipes import RECIPES  # noqa: PLC0415
        from versions.erasing import register_erasable, register_places  # noqa: PLC0415
        from versions.pointing import register_kind  # noqa: PLC0415

        for recipe in RECIPES:
            register(recipe)
        for kind in KINDS:
            register_kind(kind)
        for erasable in ERASABLES:
            register_erasable(erasable)
        register_places(places_in_imports)
