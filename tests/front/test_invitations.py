"""An invitation opens one account, once, for one address."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from notifications.models import Message, State
from notifications.rendering import letter
from sessions.models import Supporter
from wellbeing import invitations
from wellbeing.models import Invitation, Membership, NextLook
from wellbeing.people.models import User

ADDRESS = "nia@example.org"
PASSWORD = "a-long-enough-password"


@pytest.fixture
def invitation(team, at):
    return invitations.invite(
        study=team.study,
        email="Nia@Example.org",
        name="Nia Newcomer",
        roles=["interviewer", "coder"],
        by=team.lou,
        at=at,
    )


@pytest.fixture
def link(invitation, at):
    """The link as it stands in the mail, without the host."""
    message = Message.objects.get(address=ADDRESS)
    words = letter(message, at=at, to=ADDRESS).text
    return next(
        line.partition("testserver")[2]
        for line in words.splitlines()
        if "/invitations/" in line
    )


def sign_up(browser, link, email=ADDRESS):
    browser.post(link)
    return browser.post(
        reverse("account_signup"), {"email": email, "password1": PASSWORD}
    )


def roles_of(person):
    return sorted(Membership.objects.filter(person=person).values_list("role", "study"))


def test_the_link_makes_an_account_with_a_proven_address_and_the_roles(
    client, team, link
):
    answer = sign_up(client, link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    person = User.objects.get(email=ADDRESS)
    assert person.name == "Nia Newcomer"
    assert EmailAddress.objects.get(user=person).verified
    assert roles_of(person) == [
        ("coder", team.study.pk),
        ("interviewer", team.study.pk),
    ]
    assert client.get(reverse("settings")).status_code == 200
    assert NextLook.objects.get(person=person).study == team.study


def test_the_database_holds_nothing_that_opens_the_link(link, invitation):
    signature = link.strip("/").split("/")[-1]
    message = Message.objects.get(address=ADDRESS)
    kept = f"{message.context} {message.dedupe_key} {Invitation.objects.values().get()}"
    assert signature not in kept
    assert len(signature) == 43


def test_looking_changes_nothing(client, link):
    before = list(Invitation.objects.values())
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert list(Invitation.objects.values()) == before
    assert b"<h1>By invitation</h1>" in client.get(reverse("account_signup")).content


def test_the_page_names_the_person_and_not_the_study(client, link, team):
    page = client.get(link).content.decode()
    assert "Lou Brennan invites you" in page
    assert team.study.name not in page


def test_it_works_once(link, team):
    sign_up(Client(), link)
    again = Client().get(link)
    assert again.status_code == 410
    answer = sign_up(Client(), link)
    assert b"By invitation" in answer.content
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_two_browsers_at_once_make_one_account(link):
    first, second = Client(), Client()
    first.post(link)
    second.post(link)
    form = {"email": ADDRESS, "password1": PASSWORD}
    first.post(reverse("account_signup"), form)
    answer = second.post(reverse("account_signup"), form)
    assert answer.status_code == 200
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_it_runs_out(client, link, at):
    with time_machine.travel(at + invitations.LASTS):
        assert client.get(link).status_code == 410
        assert client.post(link).status_code == 410


def test_it_runs_out_between_the_link_and_the_form(client, link, at):
    client.post(link)
    with time_machine.travel(at + invitations.LASTS):
        client.post(
            reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD}
        )
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_withdrawn_one_is_closed_and_its_message_held_back(
    client, link, invitation, at
):
    invitations.withdraw(invitation=invitation, at=at)
    assert client.get(link).status_code == 410
    assert Message.objects.get(address=ADDRESS).state == State.CANCELLED
    with pytest.raises(invitations.InvitationOver):
        invitations.withdraw(invitation=invitation, at=at)


def test_a_forged_link_is_nowhere(client, link, invitation):
    for forged in (link[:-3] + "xx/", f"/invitations/{invitation.public_id}/x/"):
        assert client.get(forged).status_code == 404


def test_the_address_cannot_be_swapped_in_the_form(client, link):
    answer = sign_up(client, link, email="other@example.org")
    assert answer.status_code == 200
    assert b"This invitation was sent to nia@example.org." in answer.content
    assert not User.objects.filter(email="other@example.org").exists()


def test_somebody_signed_in_with_another_address_cannot_take_it(link, team, as_):
    answer = as_(team.charlie).post(link)
    assert answer.status_code == 403
    assert ("coder", team.study.pk) not in roles_of(team.charlie)


def test_somebody_with_an_account_signs_in_and_joins(team, at, as_):
    invitation = invitations.invite(
        study=team.study,
        email=team.charlie.email,
        name="Charlie",
        roles=["psychologist"],
        by=team.lou,
        at=at,
    )
    message = Message.objects.get(address=team.charlie.email)
    words = letter(message, at=at, to=team.charlie.email).text
    link = words[words.index("/invitations/") :].split()[0]
    answer = Client().post(link)
    assert (
        answer.headers["Location"]
        == f"/accounts/login/?next={link.replace('/', '%2F')}"
    )
    assert as_(team.charlie).post(link).headers["Location"] == "/"
    assert ("psychologist", team.study.pk) in roles_of(team.charlie)
    assert Supporter.objects.get(person=team.charlie).title == "Clinical psychologist"
    invitation.refresh_from_db()
    assert invitation.accepted_by == team.charlie


def test_without_an_invitation_nobody_signs_up(client, db):
    answer = client.post(
        reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD}
    )
    assert b"By invitation" in answer.content
    assert User.objects.count() == 0


def test_needless_invitations_are_not_sent(team, invitation, at):
    def ask(**changed):
        return invitations.invite(
            **{
                "study": team.study,
                "email": ADDRESS,
                "name": "Nia",
                "roles": ["coder"],
                "by": team.lou,
                "at": at,
                **changed,
            }
        )

    with pytest.raises(invitations.AlreadyInvited):
        ask()
    with pytest.raises(invitations.AlreadyThere):
        ask(email=team.ada.email, roles=["interviewer"])
    for _ in range(invitations.MOST_PER_ADDRESS_A_DAY - 1):
        invitations.withdraw(invitation=Invitation.objects.latest("pk"), at=at)
        ask()
    invitations.withdraw(invitation=Invitation.objects.latest("pk"), at=at)
    with pytest.raises(invitations.InvitedTooOften):
        ask()
    assert ask(at=at + timedelta(days=2)).email == ADDRESS
