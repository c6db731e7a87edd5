"""Comments and objections: everybody speaks, nobody is overruled."""

import pytest

from tests.drafts.story import activate, object_to
from wellbeing.drafts import comments, rights
from wellbeing.models import DraftComment


def settle(row, by, at):
    comments.settle(comment=row, by=by, at=at)
    row.refresh_from_db()


@pytest.mark.parametrize("name", ["ada", "gil", "jo", "lou", "sam", "cleo"])
def test_everybody_in_the_study_may_object(team, at, name):
    draft = team.review(at)
    object_to(draft, getattr(team, name), at)
    assert len(comments.open_objections(draft.comments.all())) == 1


def test_an_outsider_may_not(team, at):
    draft = team.review(at)
    with pytest.raises(rights.NotYours):
        object_to(draft, team.charlie, at)


def test_before_review_there_is_nothing_to_object_to(team, at):
    draft = team.write(at)
    with pytest.raises(rights.NotInReview):
        object_to(draft, team.ada, at)


def test_the_same_words_sent_twice_are_one_comment(team, at):
    draft = team.review(at)
    assert object_to(draft, team.ada, at) == object_to(draft, team.ada, at)
    assert DraftComment.objects.count() == 1


def test_an_answer_does_not_settle_an_objection(team, at):
    draft = team.review(at)
    row = object_to(draft, team.ada, at)
    comments.answer(comment=row, by=team.lou, text="We will look at it.", at=at)
    assert comments.open_objections(draft.comments.all()) == [row]


def test_only_a_writer_answers_and_only_once(team, at):
    row = object_to(team.review(at), team.ada, at)
    with pytest.raises(rights.NotYours):
        comments.answer(comment=row, by=team.jo, text="No.", at=at)
    comments.answer(comment=row, by=team.lou, text="First.", at=at)
    comments.answer(comment=row, by=team.lou, text="First.", at=at)
    with pytest.raises(comments.AlreadyAnswered):
        comments.answer(comment=row, by=team.cleo, text="Second.", at=at)
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("First.", team.lou)


@pytest.mark.parametrize("name", ["lou", "sam", "cleo", "jo"])
def test_nobody_settles_the_objection_of_another(team, at, name):
    row = object_to(team.review(at), team.ada, at)
    with pytest.raises(comments.NotOwn):
        settle(row, getattr(team, name), at)
    row.refresh_from_db()
    assert row.settled_at is None


def test_the_one_who_objected_settles_it_with_an_answer_or_without(team, at):
    draft = team.review(at)
    row = object_to(draft, team.ada, at)
    settle(row, team.ada, at)
    assert row.settled_at == at
    assert comments.open_objections(draft.comments.all()) == []


def test_what_was_settled_can_be_objected_to_again(team, at):
    draft = team.review(at)
    settle(object_to(draft, team.ada, at), team.ada, at)
    object_to(draft, team.ada, at)
    assert len(comments.open_objections(draft.comments.all())) == 1


def test_nothing_is_settled_or_answered_in_a_draft_that_is_over(team, at):
    draft = team.signed(at)
    row = comments.comment(
        draft=draft, by=team.ada, text="Good.", objection=False, at=at
    )
    activate(draft, team.lou, at)
    with pytest.raises(rights.DraftOver):
        comments.answer(comment=row, by=team.lou, text="Thanks.", at=at)
    with pytest.raises(rights.DraftOver):
        comments.settle(comment=row, by=team.ada, at=at)
