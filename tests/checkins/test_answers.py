"""Answers are sealed, once, and told to nobody."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection

from checkins import answers, choices
from checkins.instruments import Answers
from checkins.models import Answer, Choice, Invitation
from notifications.models import Message
from tests.vault.dump import everything_stored
from wellbeing.vault import sealing
from wellbeing.vault.models import Record, Wrap

LINES = [
    ("How are you, after your recent work?", "It is staying with me"),
    ("How full does your week feel?", "Too much"),
    ("What would help, if anything?", "A short call; Quiet paid time"),
]


@pytest.fixture
def save(team, at, invitation, said):
    def make(**changes):
        return answers.save(
            **{
                "invitation": invitation,
                "person": team.ada,
                "answers": said,
                "share": "me",
                "share_with": None,
                "again": "",
                "at": at,
                **changes,
            }
        )

    return make


def test_a_person_reads_what_they_answered(team, save):
    assert answers.read(answer=save(), reader=team.ada) == LINES


def test_an_answer_with_everything_skipped_is_an_answer(team, save):
    answer = save(answers=Answers())
    assert [words for _, words in answers.read(answer=answer, reader=team.ada)] == [
        "Skipped"
    ] * 3


@pytest.mark.parametrize("name", ["jo", "kim", "lou", "fay", "sam", "bem", "charlie"])
def test_only_me_is_nobody_else(team, save, name):
    answer = save()
    with pytest.raises(sealing.NotForYou):
        answers.read(answer=answer, reader=getattr(team, name))


@pytest.mark.parametrize("name", ["kim", "lou", "fay", "sam", "bem", "charlie"])
def test_shown_to_one_is_shown_to_nobody_else(team, save, name):
    answer = save(share="once", share_with=team.jo)
    assert answers.read(answer=answer, reader=team.jo) == LINES
    with pytest.raises(sealing.NotForYou):
        answers.read(answer=answer, reader=getattr(team, name))


@pytest.mark.parametrize("share", ["me", "once", "person"])
def test_answering_tells_nobody_whatever_was_answered(team, save, share):
    save(share=share, share_with=None if share == "me" else team.jo)
    assert [m.state for m in Message.objects.all()] == ["cancelled"]
    assert mail.outbox == []


def test_once_is_this_one_and_the_other_is_suggested_next_time(team, at, save, invite):
    save(share="once", share_with=team.jo)
    assert choices.choice_of(team.ada).shared_with is None
    save(invitation=invite("next"), share="person", share_with=team.jo)
    assert choices.choice_of(team.ada).shared_with == team.jo


def test_somebody_who_was_not_offered_cannot_be_made_a_reader(team, save, invitation):
    for stranger in (team.lou, team.charlie, team.kim):
        with pytest.raises(answers.NotAReader):
            save(share="once", share_with=stranger)
    invitation.refresh_from_db()
    assert invitation.answered_at is None
    assert (Record.objects.count(), Wrap.objects.count()) == (0, 0)


def test_a_second_save_gives_the_first_unchanged(team, save):
    first = save()
    second = save(answers=Answers({"how": ["fine"]}), share="once", share_with=team.jo)
    assert second == first
    assert answers.read(answer=second, reader=team.ada) == LINES
    assert Wrap.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_saves_at_once_make_one_answer(save):
    start, found = Barrier(20, timeout=30), []

    def press():
        try:
            start.wait()
            found.append(save().pk)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 20
    assert len(set(found)) == 1
    assert (Answer.objects.count(), Record.objects.count()) == (1, 1)


def test_somebody_else_cannot_answer_or_skip_for_a_person(team, at, save, invitation):
    with pytest.raises(answers.NotOpen):
        save(person=team.charlie)
    with pytest.raises(answers.NotOpen):
        answers.skip(invitation=invitation, person=team.charlie, at=at)
    assert Invitation.objects.untouched().count() == 1


def test_it_cannot_be_answered_before_or_after_its_time(at, save, invitation):
    for moment in (at - timedelta(hours=1), invitation.closes_at):
        with pytest.raises(answers.NotOpen):
            save(at=moment)


def test_skipping_is_final_for_this_one_and_quiet(team, at, save, invitation):
    for _ in range(2):
        answers.skip(invitation=invitation, person=team.ada, at=at)
    with pytest.raises(answers.NotOpen):
        save()
    assert [m.state for m in Message.objects.all()] == ["cancelled"]


def test_an_answered_one_cannot_be_skipped(team, at, save, invitation):
    save()
    with pytest.raises(answers.NotOpen):
        answers.skip(invitation=invitation, person=team.ada, at=at)


@pytest.mark.parametrize(("again", "days"), [("tomorrow", 1), ("week", 7)])
def test_asked_again_on_the_day_that_was_wished(at, save, invitation, again, days):
    save(again=again)
    follow_up = Invitation.objects.untouched().get()
    assert follow_up.ask_at == invitation.ask_at + timedelta(days=days)
    assert follow_up.because == "We ask because you wanted to be asked again."


@pytest.mark.parametrize("again", ["", "usual", "skip", "whatever"])
def test_as_usual_asks_nothing_more(save, again):
    save(again=again)
    assert Invitation.objects.untouched().count() == 0
    assert Choice.objects.count() == 0


def test_please_pause_these_keeps_the_answer_and_takes_back_the_rest(
    team, at, save, invite
):
    invite("later", ask_at=at + timedelta(days=1))
    answer = save(again="pause")
    assert answers.read(answer=answer, reader=team.ada) == LINES
    assert choices.choice_of(team.ada).paused_at == at
    assert Invitation.objects.untouched().count() == 0


def test_showing_later_and_taking_back(team, at, save):
    answer = save()
    answers.show(answer=answer, reader=team.jo, at=at)
    assert answers.read(answer=answer, reader=team.jo) == LINES
    answers.hide(answer=answer, reader=team.jo)
    with pytest.raises(sealing.NotForYou):
        answers.read(answer=answer, reader=team.jo)
    with pytest.raises(answers.NotAReader):
        answers.show(answer=answer, reader=team.lou, at=at)


def test_a_deleted_answer_is_gone_and_not_asked_again(team, at, save, invitation):
    answers.delete(answer=save(share="once", share_with=team.jo))
    assert (Answer.objects.count(), Record.objects.count()) == (0, 0)
    assert Wrap.objects.count() == 0
    invitation.refresh_from_db()
    assert invitation.answered_at == at
    with pytest.raises(answers.NotOpen):
        save()


def test_an_answer_is_kept_ninety_days_of_the_persons_own_calendar(team, at, save):
    team.ada.time_zone = "Pacific/Auckland"
    team.ada.save()
    late = at + timedelta(hours=1)
    record = save(person=team.ada, at=late).record
    assert record.created_on == (at + timedelta(days=1)).date()
    assert record.retention_until - record.created_on == timedelta(days=90)


def test_nothing_that_was_answered_is_in_any_table(team, save):
    save(share="person", share_with=team.jo, again="week")
    stored = everything_stored()
    for words in (b"staying", b"It is staying", b"much", b"quiet", b"Quiet paid"):
        assert words not in stored
