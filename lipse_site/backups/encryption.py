"""Archives encrypted to public keys, in the age format: `age -d -i KEYFILE` opens them without this program.

The site holds public keys only, so whoever gets into it cannot read its earlier backups.
"""

from collections.abc import Sequence
from pathlib import Path

import pyrage

from lipse_site.backups.archive import ArchiveRefused
from standards.files import private_file
from standards.translation import gettext as _

_HEADER = b"age-encryption.org/"


def encrypt(source: Path, target: Path, keys: Sequence[str]) -> None:
    """Write `source` to `target`, for the holder of any of the keys (`age1...`). Raises ValueError for a wrong key."""
    try:
        recipients = [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError as error:
        raise ValueError(_("A public key is not valid: it begins with age1 and has 62 characters.")) from error
    with source.open("rb") as plain, private_file(target) as file:
        pyrage.encrypt_io(plain, file, recipients)


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def decrypt(source: Path, target: Path, identity: Path | None) -> None:
    """Write the archive in `source` to `target`. identity: a file of private keys (`AGE-SECRET-KEY-1...`), one a line.

    Raises ArchiveRefused.
    """
    if identity is None:
        raise ArchiveRefused(_("It is encrypted. Name the file that holds the private key with --identity."))
    lines = [line.strip() for line in identity.read_text(errors="replace").splitlines()]
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError as error:
        raise ArchiveRefused(_("%(path)s holds a private key that is not valid.") % {"path": identity}) from error
    if not identities:
        raise ArchiveRefused(_("%(path)s holds no line that begins with AGE-SECRET-KEY-.") % {"path": identity})
    try:
        with source.open("rb") as file, private_file(target) as plain:
            pyrage.decrypt_io(file, plain, identities)
    except pyrage.DecryptError as error:
        raise ArchiveRefused(_("It is damaged, or encrypted to another key than that of --identity.")) from error
