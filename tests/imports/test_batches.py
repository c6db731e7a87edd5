"""A file comes in whole or not at all, once, and goes out again with one press."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import connection

from tests.factories import join, make_interview, make_person
from tests.imports.files import CODING, INTERVIEWS, coding, interviews
from tests.planning.story import agree
from wellbeing.imports import batches
from wellbeing.models import (
    Activity,
    Exposure,
    ImportBatch,
    Membership,
    NextLook,
    Offer,
    ProtocolVersion,
    Role,
)
from wellbeing.people.models import User

ONE = "7,31/08/2020,10:00,10:48,Ada Okafor"


def bring_in(team, at, data, *, add_people=True, study=None):
    return batches.bring_in(
        study=study or team.study,
        data=data,
        file_name="log.csv",
        add_people=add_people,
        by=team.lou,
        at=at,
    )


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count() for model in apps.get_models()
    }


def exposures_by_name(role):
    rows = Exposure.objects.filter(role=role).values_list("person__name", flat=True)
    return {name: list(rows).count(name) for name in rows}


def test_the_log_of_a_whole_study_comes_in_as_it_was(team, at):
    done = bring_in(team, at, INTERVIEWS.read_bytes())
    assert (done.added, done.already_here) == (30, 0)
    by_name = exposures_by_name(Role.INTERVIEWER)
    assert by_name.pop("Fay Lindqvist") == 6
    assert sum(by_name.values()) == 24
    assert len(by_name) == 5
    assert Activity.objects.filter(kind="interview").count() == 30
    row = Activity.objects.get(code="205")
    assert row.starts_at == datetime(2020, 9, 4, 14, 15, tzinfo=UTC)
    assert (row.mode, row.companion, row.logged_at) == ("teams", False, at)
    assert row.logged_by == team.lou
    assert {(e.role, e.person.name) for e in row.exposures.all()} == {
        ("interviewer", "Dev Patel"),
        ("facilitator", "Fay Lindqvist"),
    }


def test_the_coding_of_a_whole_study_comes_in_as_it_was(team, at):
    bring_in(team, at, INTERVIEWS.read_bytes())
    bring_in(team, at, CODING.read_bytes())
    by_name = exposures_by_name(Role.CODER)
    interviewers = set(exposures_by_name(Role.INTERVIEWER)) - {"Fay Lindqvist"}
    lived = {name: count for name, count in by_name.items() if name in interviewers}
    assert (sum(lived.values()), len(lived)) == (17, 4)
    assert sum(by_name.values()) - 17 == 13
    assert len(by_name) - 4 == 5


def test_the_same_file_again_adds_nothing_and_makes_no_batch(team, at):
    first = bring_in(team, at, CODING.read_bytes())
    before = counts()
    second = bring_in(team, at, CODING.read_bytes())
    assert (second.added, second.already_here, second.batch) == (0, 30, first.batch)
    assert counts() == before


def test_a_longer_copy_of_the_file_adds_only_what_is_new(team, at):
    bring_in(team, at, interviews(ONE))
    again = bring_in(team, at, interviews(ONE, "8,01/09/2020,10:00,11:00,Bem Adeyemi"))
    assert (again.added, again.already_here) == (1, 1)


def test_undo_takes_everything_out_people_included(team, at):
    before = counts()
    batch = bring_in(team, at, INTERVIEWS.read_bytes()).batch
    undone = batches.undo(batch=batch, at=at)
    assert (undone.activities, undone.people, undone.people_kept) == (30, 4, 0)
    after = counts()
    assert after.pop("wellbeing.ImportBatch") == 1
    before.pop("wellbeing.ImportBatch")
    # The people who have an account were looked at; that row says nothing.
    assert after.pop("wellbeing.NextLook") == 4
    before.pop("wellbeing.NextLook")
    assert after == before


def test_what_was_undone_can_come_in_again(team, at):
    batch = bring_in(team, at, interviews(ONE)).batch
    batches.undo(batch=batch, at=at)
    assert bring_in(team, at, interviews(ONE)).added == 1


def test_a_second_undo_is_told_so(team, at):
    batch = bring_in(team, at, interviews(ONE)).batch
    batches.undo(batch=batch, at=at)
    with pytest.raises(batches.AlreadyUndone):
        batches.undo(batch=batch, at=at)


def test_undo_leaves_people_who_have_something_else_to_their_name(team, at):
    batch = bring_in(
        team, at, interviews("7,31/08/2020,10:00,11:00,Cleo Hartley")
    ).batch
    bring_in(team, at, coding("101,05/11/2019,Cleo Hartley,60"))
    undone = batches.undo(batch=batch, at=at)
    assert (undone.activities, undone.people, undone.people_kept) == (1, 0, 1)
    assert User.objects.get(name="Cleo Hartley").exposures.count() == 1


@pytest.mark.parametrize("what", ["account", "another study", "another role", "offer"])
def test_undo_leaves_people_who_have_become_more_than_a_name(team, at, what):
    batch = bring_in(
        team, at, interviews("7,31/08/2020,10:00,11:00,Cleo Hartley")
    ).batch
    cleo = User.objects.get(name="Cleo Hartley")
    if what == "account":
        User.objects.filter(pk=cleo.pk).update(email="cleo@example.org")
    elif what == "another study":
        join(team.elsewhere, cleo, Role.INTERVIEWER)
    elif what == "another role":
        join(team.study, cleo, Role.COORDINATOR)
    else:
        _make_offer(team, cleo, at)
    assert batches.undo(batch=batch, at=at).people_kept == 1
    assert cleo.memberships.filter(role=Role.INTERVIEWER).exists()


def _make_offer(team, person, at):
    version = ProtocolVersion.objects.create(
        study=team.study, number=1, text="", digest="", active_from=at, made_at=at
    )
    Offer.objects.create(
        study=team.study,
        person=person,
        rule="any",
        subject="x",
        version=version,
        because={},
        made_at=at,
        window_until=at,
        open_until=at,
    )


def test_a_preview_writes_nothing(team, at):
    before = counts()
    found = batches.preview(
        study=team.study, data=INTERVIEWS.read_bytes(), file_name="log.csv", at=at
    )
    assert (found.new, found.here, found.problems) == (30, 0, [])
    assert found.unknown == ["Esi Mensah", "Dev Patel", "Cleo Hartley", "Mo Rahman"]
    assert counts() == before


def test_a_preview_asks_the_database_twice_however_long_the_file(
    team, at, django_assert_num_queries
):
    rows = [f"{n},31/08/2020,10:00,11:00,Ada Okafor" for n in range(100)]
    for data in (interviews(ONE), interviews(*rows)):
        with django_assert_num_queries(2):
            batches.preview(study=team.study, data=data, file_name="x", at=at)


def test_one_bad_row_keeps_the_whole_file_out(team, at):
    before = counts()
    with pytest.raises(batches.FileHasProblems) as refusal:
        bring_in(team, at, interviews(ONE, "8,31/02/2020,10:00,11:00,Ada Okafor"))
    assert [problem.row for problem in refusal.value.problems] == [3]
    assert counts() == before


def test_unknown_names_keep_the_file_out_until_somebody_says_so(team, at):
    before = counts()
    data = interviews(ONE, "8,31/08/2020,12:00,13:00,Cleo Hartley")
    with pytest.raises(batches.NamesUnknown) as refusal:
        bring_in(team, at, data, add_people=False)
    assert refusal.value.names == ["Cleo Hartley"]
    assert counts() == before


def test_a_name_becomes_a_person_without_an_account_from_the_first_day(team, at):
    done = bring_in(
        team,
        at,
        interviews(
            "8,01/09/2020,00:15,01:00,cleo  HARTLEY",
            "7,31/08/2020,10:00,11:00,Cleo Hartley",
        ),
    )
    cleo = User.objects.get(email=None)
    assert cleo.name == "cleo HARTLEY"
    assert not cleo.has_usable_password()
    assert done.batch.people_added == [cleo.pk]
    (member,) = cleo.memberships.all()
    assert (member.role, member.from_date) == ("interviewer", date(2020, 8, 31))


def test_names_find_members_whatever_their_case_and_spaces(team, at):
    bring_in(team, at, interviews("7,31/08/2020,10:00,11:00, ADA   okafor "))
    assert Exposure.objects.get().person == team.ada
    assert User.objects.filter(email=None).count() == 0


def test_people_of_other_studies_are_not_found_by_name(team, at):
    bring_in(team, at, interviews("7,31/08/2020,10:00,11:00,Charlie Outsider"))
    assert team.charlie.exposures.count() == 0
    assert User.objects.filter(name="Charlie Outsider").count() == 2


def test_a_member_gets_no_new_role_from_a_file(team, at):
    before = Membership.objects.count()
    bring_in(team, at, interviews("7,31/08/2020,10:00,11:00,Gil Torres"))
    assert Membership.objects.count() == before
    assert team.gil.exposures.get().role == "interviewer"


def test_a_name_that_two_members_share_is_a_problem(team, at):
    join(team.study, make_person("Ada Okafor"), Role.INTERVIEWER)
    with pytest.raises(batches.FileHasProblems) as refusal:
        bring_in(team, at, interviews(ONE))
    assert [str(problem) for problem in refusal.value.problems] == [
        "Row 2, Interviewer: Two people of the study have this name."
    ]


def test_a_row_that_is_here_already_needs_no_names(team, at):
    bring_in(team, at, interviews(ONE))
    join(team.study, make_person("Ada Okafor"), Role.INTERVIEWER)
    assert bring_in(team, at, interviews(ONE)).already_here == 1


def test_an_interview_that_somebody_logged_by_hand_is_here_already(team, at):
    make_interview(team.study, team.ada, ended=at, code="7")
    assert bring_in(team, at, interviews(ONE)).added == 0
    assert Activity.objects.count() == 1


def test_an_interview_in_the_plan_is_left_for_its_own_log(team, at):
    plan = make_interview(team.study, team.ada, ended=at, code="7")
    Activity.objects.filter(pk=plan.pk).update(logged_at=None)
    found = batches.preview(
        study=team.study, data=interviews(ONE), file_name="log.csv", at=at
    )
    assert [(line.verdict, line.sentence) for line in found.lines] == [
        ("here", "It is in the plan. Log it from there, so that it counts once.")
    ]


def test_two_studies_may_use_the_same_numbers(team, at):
    bring_in(team, at, interviews(ONE))
    assert bring_in(team, at, interviews(ONE), study=team.elsewhere).added == 1


def test_the_protocol_looks_at_people_with_an_account_only(team, at):
    bring_in(team, at, interviews(ONE, "8,01/09/2020,10:00,11:00,Cleo Hartley"))
    assert [look.person for look in NextLook.objects.all()] == [team.ada]


def test_a_fresh_interview_brings_its_offer_and_undo_takes_it_back(team, at):
    agree(team.study)
    batch = bring_in(team, at, interviews("7,15/09/2026,10:00,11:00,Ada Okafor")).batch
    about = f"activity:{Activity.objects.get().pk}"
    offer = Offer.objects.get(person=team.ada, subject=about)
    assert offer.booking is not None
    batches.undo(batch=batch, at=at)
    offer.refresh_from_db()
    assert offer.withdrawn_at == at


def test_a_log_of_long_ago_brings_no_offers_about_it(team, at):
    agree(team.study)
    bring_in(team, at, INTERVIEWS.read_bytes())
    assert not Offer.objects.filter(subject__startswith="activity:").exists()


def test_an_offer_that_goes_wrong_leaves_the_log_and_is_made_by_the_tick(
    team, at, monkeypatch
):
    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(batches, "reconcile_people", broken)
    assert bring_in(team, at, interviews(ONE)).added == 1
    assert NextLook.objects.get().due_at == at


def test_after_the_end_of_support_a_log_comes_in_and_no_offers_follow(team, at):
    team.study.closed_on = team.study.support_ends_on = at.date()
    team.study.save()
    assert bring_in(team, at, interviews(ONE)).added == 1
    assert NextLook.objects.count() == 0


def test_a_file_name_keeps_only_its_last_part(team, at):
    batches.bring_in(
        study=team.study,
        data=interviews(ONE),
        file_name="/home/lou/\u202elog\n" + "x" * 200 + ".csv",
        add_people=True,
        by=None,
        at=at,
    )
    name = ImportBatch.objects.get().file_name
    assert name == ("log" + "x" * 200)[:120]


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_batch(team, at):
    results = []

    def press():
        try:
            results.append(bring_in(team, at, INTERVIEWS.read_bytes()).added)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == [0, 30]
    assert (ImportBatch.objects.count(), Activity.objects.count()) == (1, 30)
