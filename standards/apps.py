from django.apps import AppConfig
from django.utils import translation

from standards.translation import translate_by


class StandardsConfig(AppConfig):
    name = "standards"

    def ready(self) -> None:
        translate_by(translation)
