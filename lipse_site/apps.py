from django.apps import AppConfig

# Checks are registered when they are imported. Tasks are declared with shared_task, so their application must exist
# before the first of them is sent.
from lipse_site import checks
from lipse_site.celery import app as celery_app
from lipse_site.translations import remember_sentences

__all__ = ["LipseSiteConfig", "celery_app", "checks"]


class LipseSiteConfig(AppConfig):
    name = "lipse_site"

    def ready(self) -> None:
        remember_sentences()
