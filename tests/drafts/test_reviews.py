"""Looking at the protocol again: one quiet message each time, and no more."""

from datetime import timedelta

from notifications.models import Message
from tests.drafts.story import AGREED, TEXT, agree
from wellbeing.drafts import texts
from wellbeing.drafts.reviews import remind_of_review

DUE = AGREED + timedelta(days=90)


def told():
    rows = Message.objects.filter(template="protocol_review")
    return sorted(rows.values_list("person__name", flat=True))


def test_nobody_is_written_to_before_the_time_has_come(team):
    assert remind_of_review(at=DUE - timedelta(hours=2)) == 0
    assert told() == []


def test_coordinators_and_leads_get_one_message(team):
    for minutes in (0, 1, 60 * 24 * 3):
        remind_of_review(at=DUE + timedelta(hours=1, minutes=minutes))
    assert told() == ["Fay Lindqvist", "Lou Brennan", "Sam Reid"]


def test_the_next_time_brings_the_next_message(team):
    remind_of_review(at=DUE + timedelta(days=1))
    remind_of_review(at=DUE + timedelta(days=91))
    assert len(told()) == 6


def test_long_after_the_moment_nobody_is_written_to(team):
    assert remind_of_review(at=DUE + timedelta(days=40)) == 0


def test_a_draft_counts_as_a_look(team):
    texts.start(study=team.study, by=team.lou, reason="A look.", at=DUE)
    assert remind_of_review(at=DUE + timedelta(days=1)) == 0


def test_a_closed_study_is_left_in_peace(team):
    team.study.closed_on = DUE.date()
    team.study.save()
    assert remind_of_review(at=DUE + timedelta(days=1)) == 0


def test_a_version_that_has_not_started_asks_for_no_look(team):
    agree(team.elsewhere, TEXT, since=DUE + timedelta(days=30), at=DUE)
    remind_of_review(at=DUE + timedelta(days=1))
    assert "Charlie Outsider" not in told()


def test_a_length_of_nothing_does_not_stop_the_tick(team):
    text = TEXT.replace("review_every: P90D", "review_every: P0D")
    agree(team.elsewhere, text, since=AGREED)
    assert remind_of_review(at=AGREED + timedelta(days=1, hours=1)) == 1


def test_the_words_name_no_study(team):
    remind_of_review(at=DUE + timedelta(days=1))
    row = Message.objects.filter(template="protocol_review").first()
    assert row.context == {"every": "90 days", "path": "/protocol/"}


def test_ten_more_studies_cost_no_more_queries(team, django_assert_num_queries):
    at = DUE - timedelta(days=10)
    for _ in range(2):
        with django_assert_num_queries(3):
            remind_of_review(at=at)
        agree(team.elsewhere)
