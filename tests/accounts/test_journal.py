"""The journal of revocations: it outlives the database, and a restored one is brought up to it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt

from accounts import actions, journal
from accounts.jobs import Replay, replay_journal
from accounts.models import ApiToken, AuditEvent, User
from accounts.reset_tokens import ResetTokenGenerator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def written():
    return [(entry.action, entry.key) for entry in journal.entries()]


def test_a_revocation_names_its_token_by_digest_and_no_person(ada, own_folder):
    token, secret = actions.create_token(person=ada, label="script", by=ada)
    actions.revoke_token(token=token, by=ada)
    actions.revoke_token(token=token, by=ada)
    assert written() == [("token.revoked", token.digest)]
    text = journal.path().read_text()
    assert secret not in text
    assert "ada" not in text.replace(token.digest, "")  # of hexadecimal digits, which can spell it
    assert journal.path().stat().st_mode & 0o777 == 0o600
    assert journal.path().parent.stat().st_mode & 0o777 == 0o700


def test_a_closed_account_takes_its_tokens_with_it(ada, charlie):
    token, _secret = actions.create_token(person=charlie, label="script", by=charlie)
    actions.deactivate_person(person=charlie, by=None)
    actions.reactivate_person(person=charlie, by=None)
    assert written() == [
        ("token.revoked", token.digest),
        ("person.deactivated", journal.key_of(charlie)),
        ("person.reactivated", journal.key_of(charlie)),
    ]


def test_who_is_a_member_nowhere_loses_tokens_in_the_journal_too(rita, alpha):
    token, _secret = actions.create_token(person=rita, label="script", by=rita)
    actions.set_roles(person=rita, organisation=alpha, roles=[], by=None)
    assert written() == [("token.revoked", token.digest)]


def as_before(person):
    """What an older backup would bring back."""
    User.objects.filter(pk=person.pk).update(is_active=True)
    ApiToken.objects.filter(user=person).update(revoked_at=None)


def test_what_came_back_is_revoked_and_closed_again_and_recorded(charlie, ada):
    actions.create_token(person=charlie, label="script", by=charlie)
    other, _secret = actions.create_token(person=ada, label="script", by=ada)
    actions.revoke_token(token=other, by=ada)
    revoked_at = ApiToken.objects.get(pk=other.pk).revoked_at
    actions.deactivate_person(person=charlie, by=None)
    for person in (charlie, ada):
        as_before(person)

    assert replay_journal() == Replay(tokens=2, closed=1)

    assert not User.objects.get(pk=charlie.pk).is_active
    assert User.objects.get(pk=ada.pk).is_active
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()
    assert abs((ApiToken.objects.get(pk=other.pk).revoked_at - revoked_at).total_seconds()) < 60
    replayed = AuditEvent.objects.filter(details__from_journal=True)
    assert sorted(replayed.values_list("action", flat=True)) == ["person.deactivated", "token.revoked", "token.revoked"]


def test_the_last_entry_of_an_account_counts(charlie):
    actions.deactivate_person(person=charlie, by=None)
    actions.reactivate_person(person=charlie, by=None)
    assert replay_journal() == Replay()
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    assert replay_journal() == Replay(reopened=1)


def test_an_account_with_the_same_number_at_another_site_is_left(charlie, ada):
    actions.deactivate_person(person=charlie, by=None)
    User.objects.filter(pk=charlie.pk).update(is_active=True, date_joined=ada.date_joined)
    assert replay_journal() == Replay()


def test_a_line_that_a_crash_cut_off_hides_neither_the_one_before_nor_the_next():
    journal.append(journal.TOKEN_REVOKED, "first")
    with journal.path().open("a") as file:
        file.write('{"action": "token.rev')
    journal.append(journal.TOKEN_REVOKED, "second")
    assert written() == [("token.revoked", "first"), ("token.revoked", "second")]


def test_a_journal_that_cannot_be_written_hinders_no_revocation(ada, own_folder, caplog):
    (own_folder / "journal").write_text("not a folder")
    token, _secret = actions.create_token(person=ada, label="script", by=ada)
    assert actions.revoke_token(token=token, by=ada).revoked_at
    assert "could not be written to the journal" in caplog.text


def test_a_link_to_choose_a_password_is_void_after_a_restore(ada):
    token = ResetTokenGenerator().make_token(ada)
    assert ResetTokenGenerator().check_token(ada, token)
    journal.append(journal.RESTORED, "backup")
    assert not ResetTokenGenerator().check_token(ada, token)
    assert ResetTokenGenerator().check_token(ada, ResetTokenGenerator().make_token(ada))


def test_the_secret_of_a_second_factor_is_encrypted_in_the_database(ada, settings):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(ada, secret)
    row = Authenticator.objects.get(user=ada)
    assert secret not in str(row.data)
    assert decrypt(row.data["secret"]) == secret
    settings.SECRET_KEY = "another key than at the time, also of fifty characters or more"
    assert decrypt(row.data["secret"]) not in {secret, "", decrypt(row.data["secret"])}


def test_recovery_codes_have_eight_digits_and_their_seed_is_encrypted(ada):
    codes = RecoveryCodes.activate(ada).generate_codes()
    row = Authenticator.objects.get(user=ada)
    seed = decrypt(row.data["seed"])
    assert all(len(code) == 8 and code.isdecimal() for code in codes)
    assert len(set(codes)) == len(codes) == 10
    assert len(bytes.fromhex(seed)) == 40
    assert seed not in str(row.data)
