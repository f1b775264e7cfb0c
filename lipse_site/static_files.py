"""Static files of a production site."""

from collections.abc import Iterator
from pathlib import Path

from django_manifeststaticfiles_enhanced.storage import EnhancedManifestStaticFilesStorage
from whitenoise.compress import Compressor


class CompressedHashedStorage(EnhancedManifestStaticFilesStorage):
    """Hashed names in files, pages and ES module imports. Each file with such a name is also stored compressed,
    once."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, object], dry_run: bool = False, **options: object
    ) -> Iterator[tuple[object, ...]]:
        hashed = set()
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
