def test_the_cast_has_its_roles(ada, bob, charlie, alpha, beta):
    assert ada.organisation_ids == {alpha.pk}
    assert bob.roles == {"data-manager", "lead-coder"}
    assert charlie.organisation_ids == {beta.pk}


def test_people_sign_in(ada, client_of, token_for):
    assert client_of(ada).session["_auth_user_id"] == str(ada.pk)
    assert token_for(ada).startswith("lipse_")
