"""The first page by what one does, and pages that go with a role that has ended."""

from datetime import timedelta

import pytest

from checkins.models import Invitation
from tests.factories import join, make_interview, make_person, make_supporter
from tests.wellbeing.stories import adopt, changed, logged, sept, take, text_of
from wellbeing.models import Activity, Membership, Study
from wellbeing.standing import standing_of

MENUS = {
    "ada": ["/", "/log/", "/support/", "/check-ins/", "/protocol/"],
    "jo": ["/requests/", "/week/", "/availability/", "/protocol/"],
    "lou": ["/load/", "/plan/", "/people/", "/protocol/"],
    "sam": ["/protocol/"],
    "fay": [
        "/",
        "/log/",
        "/support/",
        "/check-ins/",
        "/load/",
        "/plan/",
        "/people/",
        "/protocol/",
    ],
}


def first_page(client):
    """Where `/` leads: a path, or the template that shows it."""
    answer = client.get("/")
    return answer.headers.get("Location") or answer.templates[0].name


def test_everybody_starts_where_their_work_is(agreed, clock, browse):
    names = ("ada", "gil", "fay", "jo", "lou", "sam")
    assert {name: first_page(browse(getattr(agreed, name))) for name in names} == {
        "ada": "wellbeing/home.html",
        "gil": "wellbeing/home.html",
        "fay": "wellbeing/home.html",
        "jo": "/requests/",
        "lou": "/load/",
        "sam": "wellbeing/home_quiet.html",
    }


def test_a_supporter_who_coordinates_starts_at_the_requests(agreed, clock, browse):
    join(agreed.study, agreed.jo, "coordinator")
    assert first_page(browse(agreed.jo)) == "/requests/"


def test_a_supporter_who_interviews_starts_at_their_own_things(agreed, clock, browse):
    join(agreed.study, agreed.jo, "interviewer")
    assert first_page(browse(agreed.jo)) == "wellbeing/home.html"


def test_the_menu_is_the_union_of_all_that_one_is(agreed, clock, browse):
    known = {url for urls in MENUS.values() for url in urls}
    for name, wanted in MENUS.items():
        page = browse(getattr(agreed, name)).get("/protocol/")
        urls = [item["url"] for item in page.context["menu"]]
        assert [url for url in urls if url in known] == wanted


def test_roles_in_two_studies_add_up(agreed, clock, browse):
    join(agreed.elsewhere, agreed.ada, "coordinator")
    ada = browse(agreed.ada)
    assert ada.get("/load/").context["study"] == agreed.elsewhere
    assert ada.get("/log/").context["study"] == agreed.study


def test_nothing_waits_and_there_is_still_time_to_talk(agreed, clock, browse):
    page = text_of(browse(agreed.ada).get("/"))
    assert "<h1>Hello, Ada</h1>" in page
    assert "<h2>Nothing is waiting for you</h2>" in page
    assert "for no reason at all" in page


def test_what_is_kept_offered_asked_and_planned_stands_there(agreed, at, clock, browse):
    offer = logged(agreed, at)
    booked = take(agreed, at, start=sept(17, 14), supporter=agreed.dr_kim)
    soon = Activity.objects.create(
        study=agreed.study,
        kind="interview",
        code="300",
        starts_at=sept(18, 10),
        ends_at=sept(18, 11),
    )
    soon.exposures.create(person=agreed.ada, role="interviewer")
    soon.exposures.create(person=agreed.ada, role="observer")
    clock(sept(16, 9))
    context = browse(agreed.ada).get("/").context
    assert context["bookings"] == [booked]
    assert [panel.offer for panel in context["offers"]] == [offer]
    assert [one.activity for one in context["planned"]] == [soon]
    assert list(context["check_ins"]) == []
    clock(sept(16, 10))
    context = browse(agreed.ada).get("/").context
    assert list(context["check_ins"]) == list(Invitation.objects.all())


def test_nobody_sees_the_things_of_another(agreed, at, clock, browse):
    logged(agreed, at)
    take(agreed, at, start=sept(17, 14))
    for person in (agreed.bem, agreed.charlie):
        page = text_of(browse(person).get("/"))
        assert "<h2>Nothing is waiting for you</h2>" in page


def test_home_costs_the_same_for_one_and_for_three(
    agreed, at, clock, browse, django_assert_num_queries
):
    ada = browse(agreed.ada)
    for number in range(3):
        take(agreed, at, start=sept(17, 10 + 2 * number))
        if number == 1:
            continue
        with django_assert_num_queries(9):
            page = ada.get("/")
        assert len(page.context["bookings"]) == number + 1


def test_the_plan_of_a_person_costs_the_same_for_one_and_for_three(
    agreed, at, clock, browse, django_assert_num_queries
):
    ada = browse(agreed.ada)
    for number in range(3):
        start = at + timedelta(days=9 * (number + 1))
        coming = Activity.objects.create(
            study=agreed.study,
            kind="interview",
            code=str(number),
            starts_at=start,
            ends_at=start + timedelta(hours=1),
        )
        coming.exposures.create(person=agreed.ada, role="interviewer")
        if number == 1:
            continue
        with django_assert_num_queries(13):
            page = ada.get("/")
        assert [one.told for one in page.context["planned"]] == [[]] * (number + 1)


def test_my_activities_are_mine_newest_first(agreed, at, clock, browse):
    for days in (3, 1, 2):
        make_interview(
            agreed.study, agreed.ada, ended=at - timedelta(days=days), code=str(days)
        )
    gone = make_interview(agreed.study, agreed.ada, ended=at, code="0")
    Activity.objects.filter(pk=gone.pk).update(withdrawn_at=at)
    make_interview(agreed.study, agreed.bem, ended=at, code="9")
    page = browse(agreed.ada).get("/activities/")
    assert [row.code for row in page.context["activities"]] == ["1", "2", "3"]
    assert list(browse(agreed.gil).get("/activities/").context["activities"]) == []


# --- a role that ended --------------------------------------------------------------

OPENED_BY = {
    "ada": ["/log/", "/activities/"],
    "jo": ["/requests/", "/week/", "/availability/"],
    "lou": ["/load/", "/plan/", "/people/", "/studies/"],
    "sam": ["/alerts/"],
}


@pytest.mark.parametrize("name", OPENED_BY)
def test_a_role_that_ended_yesterday_opens_nothing_today(
    agreed, at, clock, browse, name
):
    person = getattr(agreed, name)
    client = browse(person)
    pages = OPENED_BY[name]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    Membership.objects.filter(person=person).update(until_date=at.date())
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)


def test_who_did_the_work_keeps_the_support_when_the_role_ends(
    agreed, at, clock, browse
):
    Membership.objects.filter(person__in=[agreed.ada, agreed.jo]).update(
        until_date=at.date()
    )
    ada = browse(agreed.ada)
    for page in ("/times/", "/support/", "/support/ask/"):
        assert ada.get(page).status_code == 200
        assert browse(agreed.jo).get(page).status_code == 404
    assert first_page(ada) == "wellbeing/home.html"
    assert first_page(browse(agreed.jo)) == "wellbeing/home_quiet.html"


def test_a_role_that_starts_tomorrow_opens_nothing_today(agreed, at, clock, browse):
    day = at.date() + timedelta(days=1)
    new = join(agreed.study, make_person("New Person"), "interviewer", since=day)
    client = browse(new)
    assert client.get("/log/").status_code == 404
    clock(at + timedelta(days=1))
    assert client.get("/log/").status_code == 200


def test_standing_is_read_from_todays_roles(agreed, at, clock):
    fay = standing_of(agreed.fay)
    assert fay.roles == {"coordinator", "interviewer"}
    assert [fay.allows(one) for one in ("", "exposed", "coordinator")] == [True] * 3
    assert [fay.allows(one) for one in ("supporter", "lead")] == [False] * 2
    assert fay.studies("interviewer", "coordinator") == [agreed.study]
    assert fay.studies("lead") == []


def test_somebody_unknown_has_no_standing(agreed, clock, client):
    nobody = client.get("/help-now/").wsgi_request.user
    standing = standing_of(nobody)
    assert (standing.memberships, standing.roles) == ([], frozenset())
    assert standing.allows("") is True


def test_without_support_only_the_coordinators_log_is_left(agreed, at, clock, browse):
    Study.objects.filter(pk=agreed.study.pk).update(
        closed_on=at.date(), support_ends_on=at.date()
    )
    standing = standing_of(agreed.fay)
    assert standing.roles == {"coordinator"}
    assert standing.studies("coordinator", "interviewer") == []
    lou = browse(agreed.lou)
    assert first_page(lou) == "/load/"
    assert lou.get("/load/").headers["Location"] == "/studies/"
    assert lou.get("/studies/").status_code == 200
    assert lou.get(f"/studies/{agreed.study.public_id}/log/").status_code == 200


def test_a_supporter_of_two_teams_keeps_one_desk(agreed, clock, browse):
    join(agreed.elsewhere, agreed.jo, "psychologist")
    assert browse(agreed.jo).get("/requests/").status_code == 200
    charlie = browse(agreed.charlie)
    adopt(agreed.elsewhere, changed())
    people = charlie.get("/times/").context["times"].people
    assert people == [agreed.dr_jo]


def test_who_belongs_to_no_study_can_read_and_call(db, clock, browse):
    client = browse(make_person("Nobody Yet"))
    make_supporter(make_person("Dr Free"))
    assert first_page(client) == "wellbeing/home_quiet.html"
    assert "No protocol is in force yet." in text_of(client.get("/protocol/"))
    assert client.get("/help-now/").status_code == 200
