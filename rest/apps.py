from django.apps import AppConfig
from django.db.backends.signals import connection_created

from rest import time_limits


class RestConfig(AppConfig):
    name = "rest"

    def ready(self) -> None:
        connection_created.connect(time_limits.install)
