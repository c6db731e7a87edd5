"""Every address, for every kind of person: who gets in, and what nobody gets."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories import join, make_person
from tests.front.doors import (
    ACCOUNT,
    ADMINISTRATOR,
    COORDINATOR,
    DOORS,
    EXPOSED,
    LEAD,
    PUBLIC,
    SUPPORTER,
)
from wellbeing.checks import GUARDED_ELSEWHERE, every_pattern
from wellbeing.models import Role

STANDINGS = {
    "ada": {ACCOUNT, EXPOSED},
    "gil": {ACCOUNT, EXPOSED},
    "jo": {ACCOUNT, SUPPORTER},
    "lou": {ACCOUNT, COORDINATOR},
    "fay": {ACCOUNT, COORDINATOR, EXPOSED},
    "sam": {ACCOUNT, LEAD},
    "charlie": {ACCOUNT, EXPOSED, COORDINATOR},
    "ann": {ACCOUNT, ADMINISTRATOR},
    "nobody": {ACCOUNT},
}
FILL = {
    "uuid": UUID("00000000-0000-4000-8000-000000000000"),
    "str": "x",
    "slug": "x",
    "int": 1,
}


def addresses():
    """Name and example address of every pattern of ours."""
    for _route, pattern in every_pattern():
        if pattern.callback.__module__.startswith(GUARDED_ELSEWHERE):
            continue
        kinds = pattern.pattern.converters
        words = {
            name: FILL[type(kind).__name__.removesuffix("Converter").lower()]
            if type(kind).__name__ != "StringConverter"
            else FILL["str"]
            for name, kind in kinds.items()
        }
        yield pattern.name, reverse(pattern.name, kwargs=words)


@pytest.fixture
def browsers(team, as_):
    team.ann = join(team.study, make_person("Ann Machine"), Role.ADMINISTRATOR)
    team.nobody = make_person("Nia Newcomer")
    return {name: as_(getattr(team, name)) for name in STANDINGS}


@pytest.fixture
def doors_only(settings):
    """What is behind a door does not run, so that only the door is tested."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.front.opened.Opened"]


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted({name for name, _ in addresses()}) == sorted(DOORS)


@pytest.mark.parametrize("method", ["get", "post"])
def test_doors_open_for_those_whom_the_table_names(doors_only, browsers, method):
    wrong = []
    for name, address in addresses():
        for who, browser in browsers.items():
            opens = DOORS[name] == PUBLIC or DOORS[name] in STANDINGS[who]
            status = getattr(browser, method)(address).status_code
            if status != (200 if opens else 404):
                wrong.append((name, who, status))
    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_an_account_every_other_door_leads_to_the_sign_in(
    doors_only, db, method
):
    browser, wrong = Client(), []
    for name, address in addresses():
        answer = getattr(browser, method)(address)
        expected = (
            (200, None)
            if DOORS[name] == PUBLIC
            else (302, f"/accounts/login/?next={address}")
        )
        if (answer.status_code, answer.headers.get("Location")) != expected:
            wrong.append((name, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_breaks_for_anybody(browsers, method):
    wrong = []
    for name, address in addresses():
        for who, browser in {**browsers, "anonymous": Client()}.items():
            browser.raise_request_exception = False
            status = getattr(browser, method)(address).status_code
            if status >= 500 and name != "health_worker":
                wrong.append((name, who, status))
    assert wrong == []


def test_an_unknown_page_and_a_page_of_others_look_alike(team, as_):
    browser = as_(team.ada)
    unknown = browser.get("/load/nowhere/")
    foreign = browser.get(reverse("load"))
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert unknown.content.replace(b"/load/nowhere/", b"/load/") == foreign.content


def test_a_role_taken_away_closes_the_door_at_the_next_click(team, as_, at):
    browser = as_(team.lou)
    assert browser.get(reverse("people")).status_code == 200
    team.lou.memberships.update(until_date=at.date())
    assert browser.get(reverse("people")).status_code == 404


def test_a_view_without_a_policy_does_not_open(team, as_, settings):
    pattern = next(p for _, p in every_pattern() if p.name == "privacy")
    kept = pattern.callback.access_policy
    del pattern.callback.access_policy
    try:
        settings.MODE = "production"
        assert as_(team.ada).get(reverse("privacy")).status_code == 404
    finally:
        pattern.callback.access_policy = kept


def test_there_is_no_admin():
    names = {getattr(entry, "app_name", "") for entry in get_resolver().url_patterns}
    assert "admin" not in names
