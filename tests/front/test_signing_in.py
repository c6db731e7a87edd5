"""Signing in: known and unknown alike, a second step where it is asked for."""

import re
import time

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.front.conftest import PASSWORD
from wellbeing.accounts import AccountAdapter

UNKNOWN = "nobody.at.all@example.org"


def sign_in(email, password=PASSWORD, browser=None):
    browser = browser or Client()
    form = {"login": email, "password": password}
    return browser, browser.post(reverse("account_login"), form)


def words(answer, email):
    """The page without what differs on every load."""
    page = answer.content.decode().replace(email, "ADDRESS")
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_a_known_and_an_unknown_address_get_the_same_answer(team, with_password):
    known = with_password(team.ada).email
    _, for_known = sign_in(known, "not-the-password")
    _, for_unknown = sign_in(UNKNOWN, "not-the-password")
    assert for_known.status_code == for_unknown.status_code == 200
    assert words(for_known, known) == words(for_unknown, UNKNOWN)


def test_a_reset_for_a_known_and_an_unknown_address_look_alike(team, with_password):
    known = with_password(team.ada).email
    pages = []
    for email in (known, UNKNOWN):
        answer = Client().post(
            reverse("account_reset_password"), {"email": email}, follow=True
        )
        pages.append((answer.redirect_chain, words(answer, email)))
    assert pages[0] == pages[1]
    assert [letter.to for letter in mail.outbox] == [[known]]


def test_a_closed_account_does_not_sign_in(team, with_password):
    person = with_password(team.ada)
    browser, _ = sign_in(person.email)
    assert browser.get(reverse("settings")).status_code == 200
    person.is_active = False
    person.save()
    assert browser.get(reverse("settings")).status_code == 302
    browser, _answer = sign_in(person.email)
    assert browser.get(reverse("settings")).status_code == 302


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.parametrize("who", ["jo", "lou", "sam", "fay", "charlie"])
def test_without_a_second_step_only_its_set_up_opens(strict, team, as_, who):
    browser = as_(getattr(team, who))
    for name in ("settings", "people", "home", "account_email"):
        answer = browser.get(reverse(name))
        assert (name, answer.headers.get("Location")) == (name, reverse("mfa_index"))
    posted = browser.post(reverse("settings"), {"name": "x"})
    assert posted.headers["Location"] == reverse("mfa_index")
    for name in ("mfa_index", "help_now", "privacy", "account_logout"):
        assert (name, browser.get(reverse(name)).status_code) == (name, 200)
    assert b'aria-label="Main"' not in browser.get(reverse("mfa_index")).content


def test_interviewers_are_not_asked_for_a_second_step(strict, team, as_):
    assert as_(team.ada).get(reverse("settings")).status_code == 200


def test_with_a_second_step_the_doors_open(strict, team, as_):
    TOTP.activate(team.lou, generate_totp_secret())
    assert as_(team.lou).get(reverse("people")).status_code == 200


def test_a_password_alone_does_not_sign_in_once_there_is_a_second_step(
    team, with_password
):
    TOTP.activate(with_password(team.lou), generate_totp_secret())
    browser, answer = sign_in(team.lou.email)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert browser.get(reverse("settings")).status_code == 302


def test_the_secret_of_an_app_is_kept_sealed(team, as_):
    secret = generate_totp_secret()
    TOTP.activate(team.lou, secret)
    RecoveryCodes.activate(team.lou)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    found = Authenticator.objects.get(type="totp").wrap()
    assert found.validate_code(_code_now(secret))


def _code_now(secret):
    return f"{hotp_value(secret, int(time.time()) // 30):06}"


def test_a_code_by_mail_is_for_those_who_need_no_second_step(team, rf):
    request = rf.get("/")
    with request_context(request):
        for person in (team.ada, team.lou):
            AccountAdapter(request).send_mail(
                "account/email/login_code", person.email, {"code": "SECRET"}
            )
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "SECRET" in bodies[team.ada.email]
    assert "SECRET" not in bodies[team.lou.email]


def test_signing_out_needs_a_press(team, as_):
    browser = as_(team.ada)
    browser.get(reverse("account_logout"))
    assert browser.get(reverse("settings")).status_code == 200
    browser.post(reverse("account_logout"))
    assert browser.get(reverse("settings")).status_code == 302


def test_the_menu_is_the_union_of_what_somebody_does(team, as_):
    def menu(person):
        page = as_(person).get(reverse("settings")).content.decode()
        nav = page[page.index("<nav") : page.index("</nav>")]
        return re.findall(r'<li><a href="([^"]+)"', nav)

    assert menu(team.ada) == ["/", "/log/", "/support/", "/check-ins/", "/protocol/"]
    assert menu(team.jo) == ["/requests/", "/week/", "/availability/", "/protocol/"]
    assert menu(team.fay) == [
        "/",
        "/log/",
        "/support/",
        "/check-ins/",
        "/load/",
        "/plan/",
        "/people/",
        "/protocol/",
    ]


def test_guessing_a_password_is_slowed_down(team, with_password, settings):
    person = with_password(team.ada)
    answers = [sign_in(person.email, f"wrong-{n}")[1] for n in range(12)]
    assert "Too many failed login attempts" in answers[-1].content.decode()
    _, right = sign_in(person.email)
    assert right.status_code == 200


def test_asking_for_resets_without_end_gets_a_kind_page(team, client):
    form = {"email": UNKNOWN}
    answers = [client.post(reverse("account_reset_password"), form) for _ in range(30)]
    assert answers[-1].status_code == 429
    assert b"A little later, please" in answers[-1].content
