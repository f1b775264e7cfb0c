"""What a backup does not give away: to other users of the machine, to whoever finds it, to who was signed in then."""

import importlib
import subprocess
import tarfile

import pyrage
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from accounts import actions, journal
from accounts.models import ApiToken, User
from accounts.reset_tokens import ResetTokenGenerator
from lipse_site.backups import archive, database
from lipse_site.backups.jobs import make_backup, restore_backup
from lipse_site.embedded import postgres
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "photo").write_bytes(b"\x00\xff" * 5000)


@pytest.fixture
def key(tmp_path):
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public()), tmp_path / "key.txt"


def mode(path):
    return path.stat().st_mode & 0o777


def text_of(path, tmp_path):
    """The dump in an archive as SQL."""
    with tarfile.open(path) as tar:
        tar.extract("database.dump", tmp_path / "opened", filter="data")
    program = postgres.programs() / "pg_restore"
    dump = tmp_path / "opened/database.dump"
    return subprocess.run([program, "--file=-", dump], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_only_its_owner_can_read_an_archive(is_encrypted, ada, key, tmp_path):
    make_backup(tmp_path / "backup", keys=[key[0]] if is_encrypted else [])
    assert mode(tmp_path / "backup") == 0o600


def test_an_archive_is_private_while_it_is_written(ada, tmp_path, monkeypatch):
    seen = []
    whole = database.dump

    def dump(target, snapshot):
        seen.extend([mode(tmp_path / "backup.tar.partial"), mode(target.parent)])
        whole(target, snapshot)

    monkeypatch.setattr(database, "dump", dump)
    make_backup(tmp_path / "backup.tar")
    assert seen == [0o600, 0o700]
    assert list(settings.DATA_DIR.glob("backup-*")) == []


def test_an_encrypted_archive_says_nothing_and_comes_back_with_its_key(ada, key, tmp_path, capsys):
    public, identity = key
    call_command("backup", str(tmp_path / "backup.age"), to_key=[public])
    assert "Encrypted" in capsys.readouterr().out
    content = (tmp_path / "backup.age").read_bytes()
    assert content.startswith(b"age-encryption.org/")
    assert b"ada@example.org" not in content
    assert b"manifest.json" not in content
    User.objects.filter(pk=ada.pk).update(name="Changed")
    call_command("restore", str(tmp_path / "backup.age"), identity=identity)
    assert User.objects.get(pk=ada.pk).name == "Ada"
    assert list(settings.DATA_DIR.glob("backup-*")) == []


def test_the_key_of_the_settings_is_used_without_asking(ada, key, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "BACKUP_KEYS", [key[0]])
    call_command("backup", str(tmp_path / "backup.age"))
    assert (tmp_path / "backup.age").read_bytes().startswith(b"age-encryption.org/")


def test_any_of_several_keys_opens_an_archive(ada, key, tmp_path):
    other = pyrage.x25519.Identity.generate()
    make_backup(tmp_path / "backup.age", keys=[key[0], str(other.to_public())])
    (tmp_path / "other.txt").write_text(str(other))
    for identity in (key[1], tmp_path / "other.txt"):
        assert restore_backup(tmp_path / "backup.age", identity=identity).manifest.members


def wrong_key(tmp_path):
    (tmp_path / "wrong.txt").write_text(str(pyrage.x25519.Identity.generate()))
    return tmp_path / "wrong.txt"


def no_key(tmp_path):
    (tmp_path / "empty.txt").write_text("# nothing\n")
    return tmp_path / "empty.txt"


def broken_key(tmp_path):
    (tmp_path / "broken.txt").write_text("AGE-SECRET-KEY-1BROKEN")
    return tmp_path / "broken.txt"


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        (lambda _folder: None, "--identity"),
        (wrong_key, "another key"),
        (no_key, "holds no line"),
        (broken_key, "not valid"),
    ],
)
def test_without_its_key_an_encrypted_archive_changes_nothing(identity, sentence, ada, key, tmp_path):
    make_backup(tmp_path / "backup.age", keys=[key[0]])
    User.objects.filter(pk=ada.pk).update(name="Changed")
    with pytest.raises(CommandError, match=rf"(?s)Nothing was changed.*{sentence}"):
        call_command("restore", str(tmp_path / "backup.age"), identity=identity(tmp_path))
    assert User.objects.get(pk=ada.pk).name == "Changed"


@pytest.mark.parametrize("place", [0.001, 0.5, 0.9999])
def test_a_damaged_encrypted_archive_is_refused(place, ada, key, tmp_path):
    make_backup(tmp_path / "backup.age", keys=[key[0]])
    content = bytearray((tmp_path / "backup.age").read_bytes())
    content[int(len(content) * place)] ^= 1
    (tmp_path / "backup.age").write_bytes(content)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", str(tmp_path / "backup.age"), identity=key[1])


def test_a_key_that_is_none_makes_no_archive(ada, tmp_path):
    with pytest.raises(CommandError, match=r"No backup was made.*public key"):
        call_command("backup", str(tmp_path / "backup.age"), to_key=["age1nonsense"])
    assert not (tmp_path / "backup.age").exists()


def test_an_archive_holds_no_session_and_a_restore_ends_them(ada, client, tmp_path):
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    client.get("/accounts/me/")
    assert UserSession.objects.exists()
    session = Session.objects.get()
    make_backup(tmp_path / "backup.tar")
    text = text_of(tmp_path / "backup.tar", tmp_path)
    assert "ada@example.org" in text
    assert session.session_key not in text
    assert session.session_data not in text
    restore_backup(tmp_path / "backup.tar")
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()


def test_sessions_in_an_archive_of_the_first_version_end_too(ada, client, tmp_path, monkeypatch):
    client.force_login(ada)
    with monkeypatch.context() as earlier:
        earlier.setattr(database, "LIVE", ())
        earlier.setattr(archive, "VERSION", 1)
        make_backup(tmp_path / "backup.tar")
    assert client.session.session_key in text_of(tmp_path / "backup.tar", tmp_path)
    restore_backup(tmp_path / "backup.tar")
    assert not Session.objects.exists()


def test_a_link_that_was_used_does_not_come_back_to_life(ada, tmp_path):
    link = ResetTokenGenerator().make_token(ada)
    make_backup(tmp_path / "backup.tar")
    assert link not in text_of(tmp_path / "backup.tar", tmp_path)
    actions.update_person(person=ada, password="another-horse-battery", by=None)
    assert not ResetTokenGenerator().check_token(User.objects.get(pk=ada.pk), link)
    restore_backup(tmp_path / "backup.tar")
    restored = User.objects.get(pk=ada.pk)
    assert restored.check_password(PASSWORD)
    assert not ResetTokenGenerator().check_token(restored, link)


def test_second_factors_come_back_and_are_not_readable_in_the_archive(ada, tmp_path):
    TOTP.activate(ada, SECRET)
    make_backup(tmp_path / "backup.tar")
    assert SECRET not in text_of(tmp_path / "backup.tar", tmp_path)
    Authenticator.objects.all().delete()
    restore_backup(tmp_path / "backup.tar")
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    assert TOTP(Authenticator.objects.get(user=ada)).validate_code(code)


def test_a_restore_says_where_the_secret_key_is_another_one(ada, tmp_path, monkeypatch, capsys):
    make_backup(tmp_path / "backup.tar")
    call_command("restore", str(tmp_path / "backup.tar"))
    assert "LIPSE_SECRET_KEY" not in capsys.readouterr().out
    monkeypatch.setattr(settings, "SECRET_KEY", "another key than at the time, also of fifty characters or more")
    call_command("restore", str(tmp_path / "backup.tar"))
    assert "LIPSE_SECRET_KEY is not the one of the backup" in capsys.readouterr().out


def test_what_was_revoked_and_closed_since_stays_so(ada, charlie, tmp_path, capsys):
    lost, _secret = actions.create_token(person=ada, label="lost laptop", by=ada)
    kept, _secret = actions.create_token(person=ada, label="kept", by=ada)
    make_backup(tmp_path / "backup.tar")
    actions.revoke_token(token=lost, by=ada)
    actions.deactivate_person(person=charlie, by=None)
    call_command("restore", str(tmp_path / "backup.tar"))
    assert not User.objects.get(pk=charlie.pk).is_active
    assert list(ApiToken.objects.filter(revoked_at__isnull=True).values_list("pk", flat=True)) == [kept.pk]
    assert "1 tokens revoked again, 1 accounts closed again" in capsys.readouterr().out


def test_what_is_revoked_while_the_databases_change_is_revoked_in_the_new_one(ada, tmp_path, monkeypatch):
    token, _secret = actions.create_token(person=ada, label="script", by=ada)
    make_backup(tmp_path / "backup.tar")
    whole = database.take_place

    def revoke_at_the_last_moment(scratch):
        actions.revoke_token(token=token, by=ada)
        return whole(scratch)

    monkeypatch.setattr(database, "take_place", revoke_at_the_last_moment)
    restore_backup(tmp_path / "backup.tar")
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None


def test_two_restores_do_not_disturb_each_other(ada, tmp_path):
    make_backup(tmp_path / "backup.tar")
    with database.exclusive(), pytest.raises(CommandError, match=r"Nothing was changed.*is running"):
        call_command("restore", str(tmp_path / "backup.tar"))
    call_command("restore", str(tmp_path / "backup.tar"))


def test_restored_files_are_as_private_as_uploaded_ones(ada, tmp_path):
    make_backup(tmp_path / "backup.tar")
    (settings.MEDIA_ROOT / "photo").unlink()
    restore_backup(tmp_path / "backup.tar")
    assert mode(settings.MEDIA_ROOT / "photo") == settings.FILE_UPLOAD_PERMISSIONS


def test_an_older_backup_brings_its_second_factors_in_the_clear_and_they_are_encrypted(ada, tmp_path):
    """The migration does it, which a restore of an archive of an earlier version runs."""
    sealing = importlib.import_module("accounts.migrations.0003_sealed_second_factors")
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    sealing.encrypt(apps, None)
    row = Authenticator.objects.get(user=ada)
    assert SECRET not in str(row.data)
    sealing.decrypt(apps, None)
    row.refresh_from_db()
    assert row.data == {"secret": SECRET}


def test_the_journal_is_no_part_of_an_archive(ada, tmp_path):
    journal.append(journal.TOKEN_REVOKED, "digest")
    make_backup(tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert not [name for name in tar.getnames() if "journal" in name or "secret" in name]
    assert journal.path().exists()
