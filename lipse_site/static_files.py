"""Static files of a production site."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from django_manifeststaticfiles_enhanced.storage import EnhancedManifestStaticFilesStorage
from whitenoise.compress import Compressor

# The style sheet that is made of others.
SITE_STYLES = "css/site.css"
_IMPORT = re.compile(r"""@import url\("([^"]+)"\)(?: layer\((\w+)\))?;""")
# Those with "!" are licences.
_COMMENT = re.compile(r"/\*(?!!).*?\*/\s*", re.DOTALL)
_CHARSET = re.compile(r'^@charset "[^"]*";')


def imported(text: str, name: str = SITE_STYLES) -> list[tuple[str, str]]:
    """The static names of the style sheets that this one imports, each with its layer or nothing."""
    return [(normpath(join(dirname(name), address)), layer) for address, layer in _IMPORT.findall(text)]


class CompressedHashedStorage(EnhancedManifestStaticFilesStorage):
    """Hashed names in files, pages and ES module imports. Each file with such a name is also stored compressed,
    once. The style sheet of all pages has those that it imports in it: one request, and no waiting for the next."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[object, ...]]:
        hashed = set()
        if SITE_STYLES in paths:
            memory = InMemoryStorage()
            memory.save(SITE_STYLES, ContentFile(_joined(paths)))
            paths = {**paths, SITE_STYLES: (memory, SITE_STYLES)}
        for name, hashed_name, processed in super().post_process(paths, dry_run, **options):
            if hashed_name and not isinstance(processed, Exception):
                hashed.add(hashed_name)
            yield name, hashed_name, processed
        if not dry_run:
            self._compress(hashed)

    def _compress(self, names: set[str]) -> None:
        compressor = Compressor(quiet=True)
        for name in names:
            path = self.path(name)
            if compressor.should_compress(name) and not Path(f"{path}.br").exists():
                # It writes files only when it is iterated to its end.
                list(compressor.compress(path))


def _joined(paths: Mapping[str, tuple[Storage, str]]) -> str:
    parts = []
    for name, layer in imported(_text(paths, SITE_STYLES)):
        text = _CHARSET.sub("", _COMMENT.sub("", _text(paths, name)))
        parts.append(f"@layer {layer} {{{text}}}" if layer else text)
    return "\n".join(parts)


def _text(paths: Mapping[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
