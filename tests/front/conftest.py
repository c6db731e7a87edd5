"""What the tests of the front of the house share."""

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from tests.browser.chromium import put_away, the_chromium

PASSWORD = "a-long-enough-password"


@pytest.fixture(autouse=True)
def clock_stands_still(request, at):
    """Pages read the real clock; here it stands at the instant of the story."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def as_():
    """A browser in which somebody is signed in."""

    def browser(person, **extra):
        client = Client(**extra)
        client.force_login(person)
        return client

    return browser


@pytest.fixture
def with_password():
    """Give a person a password and a proven address, as sign-up does."""

    def give(person):
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(
            user=person, email=person.email, verified=True, primary=True
        )
        return person

    return give


@pytest.fixture(scope="session")
def chromium():
    """The one Chromium of this process; see `tests.browser.chromium`."""
    yield the_chromium()
    put_away()


@pytest.fixture
def page(chromium, live_server):
    """A phone. It collects what the page complains about, and tests look at it."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url
    )
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) =>"
        " console.error('blocked: ' + e.violatedDirective + ' ' + e.blockedURI))"
    )
    page = context.new_page()
    page.set_default_timeout(5000)
    page.complaints = []
    page.on("console", lambda said: _note(page, said))
    page.on("pageerror", lambda problem: page.complaints.append(str(problem)))
    page.on("request", lambda sent: _note_host(page, sent.url, live_server.url))
    yield page
    context.close()


def _note(page, said):
    if said.type == "error" and "status of 4" not in said.text:
        page.complaints.append(said.text)


def _note_host(page, url, home):
    if not url.startswith(home):
        page.complaints.append(f"asked another host: {url}")
