"""Anybody proposes, with a name or without; somebody says what becomes of it."""

import pytest

from wellbeing.drafts import proposals, rights
from wellbeing.models import ChangeProposal
from wellbeing.people.models import User


def propose(team, by, at, *, named=False, text="Ten days instead of seven."):
    return proposals.propose(study=team.study, by=by, named=named, text=text, at=at)


def test_without_a_name_the_writer_is_kept_nowhere(team, at):
    row = propose(team, team.ada, at)
    about_people = [
        field.attname
        for field in ChangeProposal._meta.local_fields
        if field.related_model is User
    ]
    kept = ChangeProposal.objects.filter(pk=row.pk).values(*about_people).get()
    assert set(kept.values()) == {None}


def test_with_a_name_it_is_shown(team, at):
    assert propose(team, team.ada, at, named=True).by == team.ada


def test_the_same_words_sent_twice_are_one(team, at):
    assert propose(team, team.ada, at) == propose(team, team.ada, at)


def test_an_outsider_proposes_nothing(team, at):
    with pytest.raises(rights.NotYours):
        propose(team, team.charlie, at)


@pytest.mark.parametrize("name", ["lou", "sam"])
def test_coordinators_and_leads_decide_once(team, at, name):
    row = propose(team, team.ada, at)
    decider = getattr(team, name)
    for _ in range(2):
        proposals.decide(proposal=row, by=decider, outcome="In the next draft.", at=at)
    with pytest.raises(proposals.AlreadyDecided):
        proposals.decide(proposal=row, by=team.fay, outcome="No.", at=at)
    row.refresh_from_db()
    assert row.outcome == "In the next draft."


@pytest.mark.parametrize("name", ["ada", "jo", "cleo", "charlie"])
def test_nobody_else_decides(team, at, name):
    row = propose(team, team.ada, at)
    with pytest.raises(rights.NotYours):
        proposals.decide(proposal=row, by=getattr(team, name), outcome="Yes.", at=at)
