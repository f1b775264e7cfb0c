"""The command with which a server starts the web processes."""

import os
import subprocess
import sys

from django.conf import settings


def test_gunicorn_reads_the_configuration_of_the_site_without_django_being_set_up(tmp_path):
    command = ["-m", "gunicorn", "--check-config", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lipse_site.settings",
        "LIPSE_DATA_DIR": str(tmp_path),
        "LIPSE_DEMO": "0",
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
