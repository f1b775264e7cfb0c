"""What the permission tests share."""

import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Everybody here is signed in without a password; keeping one safely takes half a second a person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
