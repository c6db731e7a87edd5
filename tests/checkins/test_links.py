"""Mailed links: one thing each, nothing read back, nothing done by opening them."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from checkins import answers, choices, invitations, links
from checkins.models import Answer, Choice, Invitation
from notifications.models import Message
from notifications.rendering import letter
from tests.checkins.conftest import same
from wellbeing.vault.models import Record

pytestmark = pytest.mark.usefixtures("frozen")

FULL = {"do": "save", "how": "staying", "help": ["short"]}
DONE = "<h1>This link has done its work</h1>"


def _words(response):
    return response.content.decode()


def _rows():
    models = (Invitation, Answer, Choice, Message, Record)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_link_answers_without_signing_in(client, team, invitation):
    path = links.path_to_answer(invitation)
    form = _words(client.get(path))
    assert form.count("<legend>") == 5
    assert f'action="{path}"' in form
    response = client.post(path, FULL, follow=True)
    assert response.redirect_chain == [("/check-ins/thank-you/", 302)]
    assert "<h1>Thank you. Nobody has been told.</h1>" in _words(response)
    read = answers.read(answer=Answer.objects.get(), reader=team.ada)
    assert read[0][1] == "It is staying with me"


def test_the_mail_carries_the_links_that_open(client, invitation):
    context = Message.objects.get().context
    assert context["path"] == f"/check-ins/{invitation.public_id}/"
    message = Message.objects.get()
    words = letter(message, at=invitation.ask_at, to="a@example.org").text
    found = re.findall(r"http://testserver(/check-ins/\S+)", words)
    assert found == [links.path_to_answer(invitation), links.path_to_stop(invitation)]
    assert [client.get(path).status_code for path in found] == [200, 200]
    assert links.path_to_answer(invitation) not in str(context)


def test_a_scanner_that_opens_every_link_changes_no_row(client, invitation):
    before = _rows()
    for path in (links.path_to_answer(invitation), links.path_to_stop(invitation)):
        for call in (client.get, client.head):
            assert call(path).status_code == 200
            assert call(path + "?do=skip&do=stop&how=fine").status_code == 200
        assert client.put(path).status_code == 405
        assert client.delete(path).status_code == 405
    assert _rows() == before


def test_a_used_link_says_the_same_however_it_was_used(client, team, at, invite, said):
    pages = []
    for use in ("answered", "skipped", "taken back", "paused"):
        invitation = invite(use)
        if use == "answered":
            client.post(links.path_to_answer(invitation), FULL)
        elif use == "skipped":
            answers.skip(invitation=invitation, person=team.ada, at=at)
        elif use == "taken back":
            invitations.withdraw(subject=use, at=at)
        else:
            choices.pause(person=team.ada, at=at)
        client.get("/check-ins/thank-you/")
        pages.append(same(client.get(links.path_to_answer(invitation))))
    assert DONE in pages[0].decode()
    assert pages == [pages[0]] * 4


def test_an_expired_link_shows_the_way_to_sign_in(client, invitation, settings):
    settings.DEMO_AT = invitation.closes_at
    path = links.path_to_answer(invitation)
    words = _words(client.get(path))
    assert DONE in words
    assert f'href="{reverse("check_ins")}"' in words
    for do in ("save", "skip"):
        assert DONE in _words(client.post(path, {"do": do}, follow=True))
    assert Invitation.objects.untouched().count() == 1


def test_a_link_in_the_hands_of_somebody_who_is_signed_in_does_nothing(
    client, team, invitation
):
    client.force_login(team.charlie)
    for path in (links.path_to_answer(invitation), links.path_to_stop(invitation)):
        assert DONE in _words(client.get(path))
        assert DONE in _words(client.post(path, {"do": "stop"}))
        assert DONE in _words(client.post(path, FULL))
    assert Invitation.objects.untouched().count() == 1
    assert Choice.objects.count() == 0


def test_a_wrong_token_and_an_unknown_id_are_the_same_404(client, invite):
    invitation, other = invite(), invite("other")
    token = links.path_to_answer(invitation).split("/")[3]
    stop = links.path_to_stop(invitation).split("/")[3]
    others = links.path_to_answer(other).split("/")[3]
    unknown = client.get(f"/check-ins/{uuid4()}/{token}/")
    assert unknown.status_code == 404
    for wrong in (stop, others, token[:-1], token + "A", "x", "é", "a:b", "%00"):
        response = client.get(f"/check-ins/{invitation.public_id}/{wrong}/")
        assert response.status_code == 404
        assert same(response) == same(unknown)
        assert (
            client.post(f"/check-ins/{invitation.public_id}/{wrong}/", FULL).status_code
            == 404
        )
    wrong_stop = f"/check-ins/{invitation.public_id}/{token}/stop/"
    assert client.post(wrong_stop, {"do": "stop"}).status_code == 404
    assert Invitation.objects.untouched().count() == 2


def test_a_link_reads_nothing_back(client, team, at, invite, said):
    first = invite()
    answers.save(
        invitation=first,
        person=team.ada,
        answers=said,
        share="person",
        share_with=team.jo,
        again="",
        at=at,
    )
    path = links.path_to_answer(first)
    words = _words(client.get(path)) + _words(client.post(path, FULL, follow=True))
    form = _words(client.get(links.path_to_answer(invite("next"))))
    assert "staying with me" not in words
    assert "Jo Whitfield" not in words
    assert 'name="see" value="me" id="see" checked' in form


def test_a_link_skips_and_pauses(client, team, at, invite):
    skipped = links.path_to_answer(invite("skipped"))
    words = _words(client.post(skipped, {"do": "skip"}, follow=True))
    assert "Left out. That is fine, and nobody is told." in words
    paused = links.path_to_answer(invite("paused"))
    client.post(paused, {"do": "save", "again": "pause"})
    assert choices.choice_of(team.ada).paused_at == at


@pytest.mark.parametrize(
    ("do", "field"), [("pause", "paused_at"), ("stop", "stopped_at")]
)
def test_the_link_to_stop_works_long_after_the_check_in(
    client, team, at, invitation, settings, do, field
):
    settings.DEMO_AT = later = invitation.closes_at
    path = links.path_to_stop(invitation)
    before = same(client.get(path))
    assert Choice.objects.count() == 0
    response = client.post(path, {"do": do}, follow=True)
    assert response.redirect_chain == [("/check-ins/thank-you/", 302)]
    assert getattr(choices.choice_of(team.ada), field) == later
    assert same(client.get(path)) == before


def test_a_key_that_was_replaced_still_opens_old_links(client, invitation, settings):
    path = links.path_to_answer(invitation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret that is long enough for the purpose"
    assert client.get(path).status_code == 200


def test_a_person_who_has_left_is_not_reached_by_an_old_link(client, team, invitation):
    path = links.path_to_answer(invitation)
    team.ada.is_active = False
    team.ada.save()
    assert client.get(path).status_code == 404


def test_a_post_from_another_site_is_turned_away(team, invitation, client):
    client.handler.enforce_csrf_checks = True
    path = links.path_to_answer(invitation)
    assert client.post(path, FULL).status_code == 403
    assert Answer.objects.count() == 0
