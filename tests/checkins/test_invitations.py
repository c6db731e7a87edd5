"""Asking once for each reason, and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest

from checkins import answers, choices, invitations
from checkins.models import Answer, Invitation
from notifications.models import Message
from wellbeing.vault import sealing


def _waiting():
    return list(Message.objects.filter(state="pending").order_by("pk"))


def test_an_invitation_owes_one_quiet_mail_until_it_closes(team, at, invite):
    ask_at = at + timedelta(hours=18)
    invitation = invite(ask_at=ask_at)
    (message,) = _waiting()
    assert message.person == team.ada
    assert message.group == f"check-in:{invitation.public_id}"
    assert (message.purpose, message.template) == ("check_in", "check_in")
    assert (message.not_before, message.expires_at) == (ask_at, invitation.closes_at)
    assert sorted(message.context) == ["closes_at", "path", "stop_path"]
    assert message.context["path"].startswith(f"/check-ins/{invitation.public_id}/")
    assert message.context["stop_path"].endswith("/stop/")


def test_repeating_it_makes_neither_a_second_row_nor_a_second_mail(invite):
    first = invite()
    assert [invite().pk for _ in range(3)] == [first.pk] * 3
    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)


def test_repeating_it_brings_the_readers_up_to_date(team, invite):
    invitation = invite(readers=[team.jo, team.ada])
    assert list(invitation.readers.all()) == [team.jo]
    invite(readers=[team.kim])
    assert list(invitation.readers.all()) == [team.kim]


@pytest.mark.parametrize("rest", [choices.pause, choices.stop])
def test_somebody_who_paused_or_stopped_is_not_asked(team, at, invite, rest):
    rest(person=team.ada, at=at)
    assert invite() is None
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)
    choices.start_again(person=team.ada, at=at)
    assert invite() is not None


@pytest.mark.parametrize("rest", [choices.pause, choices.stop])
def test_pausing_takes_back_what_waits_and_leaves_others_alone(team, at, invite, rest):
    invite("open")
    invite("later", ask_at=at + timedelta(days=1))
    invite("of Bem", person=team.bem)
    rest(person=team.ada, at=at)
    assert not Invitation.objects.for_person(team.ada).untouched().exists()
    assert [message.person for message in _waiting()] == [team.bem]


def test_starting_again_does_not_bring_back_old_questions(team, at, invitation):
    choices.pause(person=team.ada, at=at)
    choices.start_again(person=team.ada, at=at)
    assert not Invitation.objects.for_person(team.ada).open(at).exists()


def test_one_that_would_be_closed_at_once_is_not_made(at, invite):
    assert invite(closes_at=at) is None
    assert invite(ask_at=at + timedelta(days=4)) is None
    assert Invitation.objects.count() == 0


def test_a_form_that_nobody_knows_is_said_so(invite):
    with pytest.raises(invitations.UnknownForm):
        invite(form="phq-9")


def test_a_subject_of_one_person_is_not_given_to_another(team, invite):
    invite()
    with pytest.raises(invitations.SubjectTaken):
        invite(person=team.bem)


def test_taking_it_back_takes_the_mail_with_it(at, invitation):
    invitations.withdraw(subject="day_after:1", at=at)
    invitations.withdraw(subject="day_after:1", at=at)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at == at
    assert _waiting() == []


def test_one_that_moves_before_it_was_asked_is_told_at_the_new_time(at, invite):
    invite(ask_at=at + timedelta(days=1))
    moved = at + timedelta(days=2)
    invite(ask_at=moved, at=at + timedelta(minutes=1))
    assert [message.not_before for message in _waiting()] == [moved]
    assert Invitation.objects.get().ask_at == moved


def test_one_that_was_asked_already_does_not_move(at, invite):
    invite()
    invite(ask_at=at + timedelta(days=1))
    assert Invitation.objects.get().ask_at == at - timedelta(minutes=1)


def test_one_that_was_taken_back_can_be_asked_again(at, invite):
    later = at + timedelta(days=1)
    invite(ask_at=later)
    invitations.withdraw(subject="day_after:1", at=at)
    again = invite(ask_at=later, at=at + timedelta(minutes=5))
    assert again.withdrawn_at is None
    assert [message.not_before for message in _waiting()] == [later]


def test_an_answered_one_is_not_asked_again(team, at, invite, invitation, said):
    answers.skip(invitation=invitation, person=team.ada, at=at)
    invite(ask_at=at + timedelta(days=1))
    invitations.withdraw(subject="day_after:1", at=at)
    invitation.refresh_from_db()
    assert (invitation.skipped_at, invitation.withdrawn_at) == (at, None)
    assert _waiting() == []


def test_asking_again_keeps_the_hour_when_the_clocks_change(team, invite):
    friday = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)
    invitation = invite(
        ask_at=friday,
        closes_at=friday + timedelta(days=3),
        at=friday,
    )
    again = invitations.ask_again(
        invitation=invitation, days=7, at=friday + timedelta(hours=5)
    )
    assert again.ask_at == datetime(2026, 10, 30, 10, 0, tzinfo=UTC)
    assert again.closes_at - again.ask_at == timedelta(days=3)
    assert list(again.readers.all()) == [team.jo]


def test_old_invitations_go_and_answers_go_with_the_vault(team, at, invite, said):
    answered, silent = invite("answered"), invite("silent")
    answers.save(
        invitation=answered,
        person=team.ada,
        answers=said,
        share="me",
        share_with=None,
        again="",
        at=at,
    )
    assert invitations.purge(at=silent.closes_at + timedelta(days=90)) == 0
    after = silent.closes_at + timedelta(days=90, seconds=1)
    assert sealing.purge(on=at.date() + timedelta(days=90)) == 0
    assert invitations.purge(at=after) == 1
    assert sealing.purge(on=at.date() + timedelta(days=91)) == 1
    assert Answer.objects.count() == 0
    assert invitations.purge(at=after) == 1


def test_inviting_costs_the_same_whatever_was_asked_before(
    invite, django_assert_max_num_queries
):
    for number in range(3):
        with django_assert_max_num_queries(14):
            invite(f"number {number}")
