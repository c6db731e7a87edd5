"""Coding is work too: it is logged, counted, and brings its own offer."""

from datetime import timedelta

import pytest

from tests.factories import join, make_person
from tests.flows.conftest import AGREED, only
from wellbeing import studies
from wellbeing.models import Activity, Offer, Role


@pytest.fixture
def mo(team, clock, client):
    """Mo codes; the protocol offers after two transcripts, or after coding together."""
    studies.add_version(
        study=team.study,
        text=only("after_coding", "after_coding_together", "any_day"),
        reason="Coders too.",
        active_from=AGREED,
        at=AGREED,
    )
    team.mo = join(team.study, make_person("Mo Rahman"), "coder")
    client.force_login(team.mo)
    return client


def _form(page, **changes):
    submission = page.context["form"]["submission"].value()
    return {
        "submission": str(submission),
        "when": "now",
        "code": "101",
        "minutes": "155",
        "how": "alone",
    } | changes


def test_who_only_codes_is_led_from_the_log_to_the_log_of_coding(mo):
    assert mo.get("/log/").headers["Location"] == "/log/coding/"
    assert mo.get("/log/coding/").status_code == 200


def test_who_does_not_code_is_led_to_the_log_of_interviews(mo, team, client):
    client.force_login(team.ada)
    assert client.get("/log/coding/").headers["Location"] == "/log/"


def test_the_second_transcript_brings_the_offer_and_its_page_shows_it(
    mo, team, clock, at
):
    mo.post("/log/coding/", _form(mo.get("/log/coding/")))
    assert Offer.objects.count() == 0
    clock(at + timedelta(days=1))
    answer = mo.post("/log/coding/", _form(mo.get("/log/coding/"), code="102"))
    offer = Offer.objects.get()
    assert offer.because["count"] == "2"
    page = mo.get(answer.headers["Location"])
    assert page.context["panel"].offer == offer
    assert "you have now logged 2 transcripts" in page.content.decode()


def test_coding_together_is_one_activity_with_an_offer_for_each(mo, team):
    pat = join(team.study, make_person("Pat Quigley"), "coder")
    page = mo.get("/log/coding/")
    data = _form(page, how="together", others=[str(pat.public_id)])
    mo.post("/log/coding/", data)
    mo.post("/log/coding/", data)
    activity = Activity.objects.get()
    assert activity.kind == "group_coding"
    assert {offer.person for offer in Offer.objects.all()} == {team.mo, pat}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"code": ""}, "code", "Enter the transcript’s number, like 209."),
        ({"minutes": ""}, "minutes", "Enter how many minutes it took, like 150."),
        ({"how": ""}, "how", "Choose how you coded it."),
        ({"how": "together"}, "others", "Choose who else was there."),
        (
            {"how": "together", "others": ["x"]},
            "others",
            "Choose people from the list.",
        ),
    ],
)
def test_bad_input_is_told_beside_the_field(mo, changes, field, sentence):
    answer = mo.post("/log/coding/", _form(mo.get("/log/coding/")) | changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]
    assert Activity.objects.count() == 0


def _log_209(client, person, **more):
    client.force_login(person)
    page = client.get("/log/")
    data = {
        "submission": str(page.context["form"]["submission"].value()),
        "when": "now",
        "which": "other",
        "code": "209",
    }
    client.post("/log/", data | more)
    return data | more


def _take_back(client, person, activity):
    client.force_login(person)
    return client.post(f"/activities/{activity.public_id}/take-back/")


def _in(activity):
    rows = activity.exposures.values_list("person__name", "role")
    return sorted(rows)


def test_a_colleague_who_logs_the_same_interview_is_added_to_it(
    agreed, clock, client, at
):
    for person in (agreed.ada, agreed.gil):
        _log_209(client, person)
    activity = Activity.objects.get()
    assert {exposure.person for exposure in activity.exposures.all()} == {
        agreed.ada,
        agreed.gil,
    }
    assert Offer.objects.filter(subject=f"activity:{activity.pk}").count() == 2


def test_an_interview_that_two_have_logged_stays_when_the_first_takes_it_back(
    agreed, clock, client, at
):
    _log_209(client, agreed.ada)
    again = _log_209(client, agreed.gil, with_whom=str(agreed.ada.public_id))
    activity = Activity.objects.get()
    assert _in(activity) == [
        ("Ada Okafor", "interviewer"),
        ("Gil Torres", "facilitator"),
    ]
    assert _take_back(client, agreed.ada, activity).status_code == 302
    assert _in(activity) == [("Gil Torres", "facilitator")]
    made = Offer.objects.filter(subject=f"activity:{activity.pk}")
    state = {row.person: row.withdrawn_at for row in made}
    assert state == {agreed.ada: at, agreed.gil: None}
    assert client.get(f"/activities/{activity.public_id}/").status_code == 404
    # The second one's form, sent once more, is still the same interview; and it is
    # theirs now to take back.
    client.force_login(agreed.gil)
    clock(at + timedelta(minutes=5))
    client.post("/log/", again)
    assert Activity.objects.done().get() == activity
    _take_back(client, agreed.gil, activity)
    assert Activity.objects.done().count() == 0


def test_the_second_to_log_may_name_somebody_whom_the_first_did_not(
    agreed, clock, client
):
    esi = join(agreed.study, make_person("Esi Marsh"), Role.INTERVIEWER)
    fay = join(agreed.study, make_person("Fay Marsh"), Role.FACILITATOR)
    _log_209(client, esi)
    _log_209(client, agreed.ada, with_whom=str(fay.public_id))
    assert _in(Activity.objects.get()) == [
        ("Ada Okafor", "interviewer"),
        ("Esi Marsh", "interviewer"),
        ("Fay Marsh", "facilitator"),
    ]
