"""Browser libraries from npm, served below /static/vendor/: only the files named here, never a whole package."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

# Address below /static/ -> path below node_modules/.
FILES = {
    "vendor/pico.css": "@picocss/pico/css/pico.min.css",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/idb.js": "idb/build/index.js",
}


class VendorFinder(BaseFinder):
    """Finds the files of FILES for runserver and collectstatic."""

    def __init__(self) -> None:
        self.folder = settings.NODE_MODULES

    def check(self, **kwargs: object) -> list[CheckMessage]:
        missing = [path for path in FILES.values() if not (self.folder / path).is_file()]
        if not missing:
            return []
        text = _("Browser libraries are missing: %(files)s.") % {"files": ", ".join(missing)}
        return [Error(text, hint=_("Run npm ci."), id="vendor.E001")]

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> Any:
        """A path, or a list of them when `find_all`."""
        source = FILES.get(path)
        found = [str(self.folder / source)] if source and (self.folder / source).is_file() else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for address, source in FILES.items():
            yield address, OneFileStorage(location=str(self.folder), address=address, source=source)


class OneFileStorage(FileSystemStorage):
    """Opens one file of node_modules under the address at which it is served."""

    prefix = None

    def __init__(self, *, location: str, address: str, source: str) -> None:
        super().__init__(location=location)
        self.address, self.source = address, source

    def path(self, name: str) -> str:
        return super().path(self.source if name == self.address else name)
