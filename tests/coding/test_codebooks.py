"""Codebooks: written in a draft, frozen when published."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from coding.actions import codebooks
from coding.models import Code, CodeOrigin
from tests.factories.coding import make_codebook, published

pytestmark = pytest.mark.django_db


def test_publishing_freezes_the_codes_and_begins_a_draft_with_the_same_tree(bob):
    book = make_codebook(bob)
    old, draft = published(book), book.versions.drafts().get()
    shape = [(c.key, c.tree_depth) for c in Code.objects.tree_of(old)]
    assert [(c.key, c.tree_depth) for c in Code.objects.tree_of(draft)] == shape
    assert shape == [("time", 0), ("delay", 1), ("no-reply", 1), ("contact", 0), ("rude", 1), ("unclear", 1)]
    assert CodeOrigin.objects.filter(after__version=draft).count() == 6


def test_published_codes_do_not_change_even_by_raw_sql(bob):
    book = make_codebook(bob)
    for sql in ["UPDATE coding_code SET name = 'x'", "DELETE FROM coding_codeorigin; DELETE FROM coding_code"]:
        with pytest.raises(IntegrityError, match="published_codes_are_final"), transaction.atomic():
            connection.cursor().execute(sql)
    assert published(book).codes.filter(name="Delay").exists()


def test_a_code_is_not_put_below_itself_or_its_own_codes(bob):
    book = make_codebook(bob, publish=False)
    draft = book.versions.drafts().get()
    time, delay = draft.codes.get(key="time"), draft.codes.get(key="delay")
    for parent in (time, delay):
        with pytest.raises(ValidationError, match="below itself"):
            codebooks.move_code(code=time, parent=parent, by=bob)


def test_a_code_moves_up_among_its_siblings_and_to_another_parent(bob):
    book = make_codebook(bob, publish=False)
    draft = book.versions.drafts().get()
    codebooks.shift_code(code=draft.codes.get(key="no-reply"), by=bob, step=-1)
    codebooks.shift_code(code=draft.codes.get(key="no-reply"), by=bob, step=-1)
    codebooks.move_code(code=draft.codes.get(key="rude"), parent=draft.codes.get(key="time"), by=bob)
    keys = [c.key for c in Code.objects.tree_of(draft)]
    assert keys == ["time", "no-reply", "delay", "rude", "contact", "unclear"]
    codebooks.shift_code(code=draft.codes.get(key="no-reply"), by=bob, step=1)
    assert [c.key for c in Code.objects.tree_of(draft)][1:3] == ["delay", "no-reply"]


@pytest.mark.parametrize("step", [-1, 1])
def test_a_code_without_siblings_stays_where_it_is(bob, step):
    book = make_codebook(bob, publish=False)
    draft = book.versions.get()
    codebooks.remove_code(code=draft.codes.get(key="rude"), by=bob)
    alone = draft.codes.get(key="unclear")
    assert codebooks.shift_code(code=alone, by=bob, step=step).parent == alone.parent


def test_a_renamed_code_has_the_same_key_and_a_key_is_never_used_again(bob):
    book = make_codebook(bob)
    draft = book.versions.drafts().get()
    delay = codebooks.edit_code(code=draft.codes.get(key="delay"), values={"name": "Late answer"}, by=bob)
    assert delay.key == "delay"
    codebooks.remove_code(code=draft.codes.get(key="rude"), by=bob)
    assert codebooks.add_code(codebook=book, values={"name": "Rude"}, by=bob).key == "rude-2"


def test_a_heading_with_codes_is_not_removed(bob):
    draft = make_codebook(bob, publish=False).versions.drafts().get()
    with pytest.raises(ValidationError, match="below it first"):
        codebooks.remove_code(code=draft.codes.get(key="time"), by=bob)


def test_a_codebook_without_codes_is_not_published(bob, alpha):
    book = codebooks.create_codebook(organisation=alpha, values={"title": "Empty"}, by=bob)
    with pytest.raises(ValidationError, match="at least one code"):
        codebooks.publish_codebook(codebook=book, by=bob)


def test_only_lead_coders_of_its_organisation_change_a_codebook(bob, cody, charlie):
    book = make_codebook(bob)
    for person in (cody, charlie):
        with pytest.raises(PermissionDenied):
            codebooks.add_code(codebook=book, values={"name": "Mine"}, by=person)


def test_a_parent_of_another_version_is_refused_by_the_database(bob):
    book = make_codebook(bob)
    draft = book.versions.drafts().get()
    with pytest.raises(IntegrityError, match="code_stands_in_the_version_of_its_parent"), transaction.atomic():
        Code.objects.create(version=draft, parent=published(book).codes.get(key="time"), key="stray", name="Stray")
