"""Account pages in a real Chromium: on a phone, under the strict policy, by hand."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.factories import Team
from tests.front.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = (
    "account_login",
    "account_reset_password",
    "account_signup",
    "help_now",
    "privacy",
)
MINE = (
    "settings",
    "people",
    "account_change_password",
    "account_email",
    "usersessions_list",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_activate_totp",
    "mfa_add_webauthn",
)


@pytest.fixture
def lou(transactional_db, with_password):
    return with_password(Team().lou)


def sign_in(page, person):
    page.goto(reverse("account_login") + "?next=/settings/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/settings/")


def show_it_is_me(page):
    page.goto(reverse("mfa_activate_totp"))
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Set up an app").wait_for()


def barriers(page):
    """What axe finds that would keep somebody from using the page."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def look_at(page, name):
    answer = page.goto(reverse(name))
    assert (answer.status, page.url.endswith(reverse(name))) == (200, True), name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert page.locator("h1").count() == 1, name
    assert barriers(page) == [], name
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{name} scrolls sideways: {width}"


def test_public_pages_fit_a_phone_and_break_no_policy(page, lou):
    for name in PUBLIC:
        look_at(page, name)
    assert page.complaints == []


def test_account_pages_fit_a_phone_and_break_no_policy(page, lou):
    sign_in(page, lou)
    show_it_is_me(page)
    for name in MINE:
        look_at(page, name)
    assert page.complaints == []


def test_a_form_with_mistakes_can_be_used_by_anybody(page, lou):
    sign_in(page, lou)
    page.goto(reverse("people"))
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title() == "Error: People - Alongside"
    assert page.evaluate("document.activeElement.id") == "errors"
    page.get_by_role("link", name="Choose at least one role.").click()
    assert page.evaluate("document.activeElement.id") == "id_roles_0"
    assert barriers(page) == []


def test_a_passkey_is_added_and_signs_in_alone(page, lou):
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    sign_in(page, lou)
    show_it_is_me(page)
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Spare codes").wait_for()
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out").click()
    page.goto(reverse("account_login") + "?next=/settings/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Your settings").wait_for()
    assert page.complaints == []
