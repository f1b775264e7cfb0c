"""Secrets of second factors are encrypted with a key that is not in the database."""

from collections.abc import Callable

from django.db import migrations

from accounts.sealing import seal, unseal

NAMES = ("secret", "seed")


def rewrite(apps, change: Callable[[str], str]) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.all():
        row.data |= {name: change(row.data[name]) for name in NAMES if name in row.data}
        if "migrated_codes" in row.data:
            row.data["migrated_codes"] = [change(code) for code in row.data["migrated_codes"]]
        row.save(update_fields=["data"])


def encrypt(apps, schema_editor) -> None:
    rewrite(apps, seal)


def decrypt(apps, schema_editor) -> None:
    rewrite(apps, unseal)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_appointments"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(encrypt, decrypt)]
