"""The installable app: manifest, service worker, and the shell that opens without a connection (docs/adr/0123)."""

import hashlib
import json
import time
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lipse_site.app import assets
from lipse_site.app import shell as shells
from lipse_site.static_files import SITE_STYLES, CompressedHashedStorage, imported

# As in static/css/tokens.css: --accent and --paper of the light theme.
ACCENT, PAPER = "#1d5c96", "#ffffff"
STYLES = (
    SITE_STYLES,
    "css/print.css",
    "css/mark.svg",
    "casestudies/casestudies.css",
    "app/app.css",
)
SCRIPTS = ("js/page.js", "app/update.js", "app/shell.js")
# How long a change of a vocabulary, and so of the shell, may take to be noticed.
SECONDS = 60
# Asked for again at every visit, so that a new version is found at once, and stored by nobody in between.
FRESH = {"Cache-Control": "no-cache"}


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the site as an app."""
    icons = [
        {"src": static("css/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": static("app/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("app/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": static("app/icon-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    members = {
        "id": "/",
        "name": _("LIPSE Casebook"),
        "short_name": _("Casebook"),
        "lang": get_language(),
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "theme_color": ACCENT,
        "background_color": PAPER,
        "icons": icons,
        # As SHARE_TARGET of static/app/share.js, which takes what is shared.
        "share_target": {
            "action": reverse("shared"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": ["image/*", "audio/*", "video/*", "application/pdf"]}],
            },
        },
        "shortcuts": [{"name": _("Write a note"), "url": reverse("field-note-new")}],
    }
    return JsonResponse(members, content_type="application/manifest+json", headers=FRESH)


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The page that a browser keeps. Whoever asks, it is rendered for nobody."""
    request.user = AnonymousUser()
    return HttpResponse(render_to_string("app/shell.html", shells.context(), request), headers=FRESH)


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: one import, and what this version of the shell consists of."""
    content = _worker(get_language() or "", int(time.time() / SECONDS))
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=FRESH)


@lru_cache(maxsize=4)
def _worker(language: str, minute: int) -> str:
    names = list(dict.fromkeys([*STYLES, *(name for entry in SCRIPTS for name in assets.modules(entry))]))
    parts = [name for name, _layer in imported(assets.content_of(SITE_STYLES).decode())]
    digest = hashlib.blake2b(digest_size=12)
    nobodys = HttpRequest()
    nobodys.user = AnonymousUser()
    page = render_to_string("app/shell.html", shells.context(), nobodys)
    for content in (page.encode(), *map(assets.content_of, [*names, *parts])):
        digest.update(content)
    # A site in use has the parts in the one file.
    asked = names if isinstance(staticfiles_storage, CompressedHashedStorage) else [*names, *parts]
    own = {"version": digest.hexdigest(), "shell": reverse("app-shell"), "assets": [static(name) for name in asked]}
    return f'import {{ start }} from "{static("app/worker-start.js")}";\nstart(self, {json.dumps(own)});\n'
