"""The system checks: silent on the house, and loud when a door is left open."""

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import path

from wellbeing import checks
from wellbeing.lib import access


def page(request):
    return HttpResponse("here")


def test_the_house_has_no_problem():
    assert checks.every_address_is_guarded() == []
    assert checks.no_job_runs_twice() == []
    assert checks.no_admin() == []


@pytest.fixture
def one_address(monkeypatch):
    def only(pattern):
        monkeypatch.setattr(checks, "get_resolver", lambda: Resolver([pattern]))

    return only


class Resolver:
    def __init__(self, patterns):
        self.url_patterns = patterns


def test_a_view_without_a_policy_is_found(one_address):
    one_address(path("here/", page, name="here"))
    assert [problem.id for problem in checks.every_address_is_guarded()] == ["WB.E002"]


def test_an_address_without_a_name_is_found(one_address):
    one_address(path("here/", access.public(lambda request: HttpResponse())))
    assert [problem.id for problem in checks.every_address_is_guarded()] == ["WB.E001"]


def test_a_queue_that_would_run_a_job_twice_is_found(settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "retry": 180}
    assert [problem.id for problem in checks.no_job_runs_twice()] == ["WB.E003"]


@pytest.mark.django_db
def test_preparing_twice_is_harmless(capsys):
    call_command("prepare")
    call_command("prepare")
    assert capsys.readouterr().out == ""
