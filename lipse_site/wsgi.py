"""The WSGI application of web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
application = get_wsgi_application()
