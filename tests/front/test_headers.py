"""Headers on every kind of answer, hosts that are not ours, and redirects."""

import pytest
from django.test import Client
from django.urls import reverse

ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def headers_of(answer):
    return {name: answer.headers.get(name) for name in ON_EVERY_ANSWER}


def policy_of(answer):
    parts = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts if part.strip())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/help-now/", 200),
        ("/settings/", 302),
        ("/nowhere/", 404),
        ("/accounts/login/", 200),
        ("/people/end-role/", 302),
    ],
)
def test_every_answer_carries_the_same_guards(client, db, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    guards = headers_of(answer)
    if path == "/accounts/login/":
        # allauth says the same in more words.
        assert "no-store" in guards.pop("Cache-Control")
        assert guards == {k: v for k, v in ON_EVERY_ANSWER.items() if k in guards}
    else:
        assert guards == ON_EVERY_ANSWER
    assert policy_of(answer) == POLICY


def test_a_page_that_breaks_is_guarded_too_and_says_nothing_of_the_cause(
    team, as_, monkeypatch
):
    def breaks(*args, **kwargs):
        raise RuntimeError("a private sentence")

    monkeypatch.setattr("wellbeing.views.people._teams", breaks)
    browser = as_(team.lou, raise_request_exception=False)
    answer = browser.get(reverse("people"))
    assert answer.status_code == 500
    assert headers_of(answer) == ON_EVERY_ANSWER
    assert b"private sentence" not in answer.content
    assert b"Something went wrong on our side" in answer.content


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b"])
def test_another_host_is_turned_away(db, host):
    answer = Client(headers={"host": host}).get("/help-now/")
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_a_forwarded_host_is_not_believed(client, db):
    answer = client.get("/settings/", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.headers["Location"] == "/accounts/login/?next=/settings/"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        "\thttps://evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(client, team, with_password, target):
    person = with_password(team.ada)
    answer = client.post(
        reverse("account_login"),
        {"login": person.email, "password": "a-long-enough-password", "next": target},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_forged_form_is_turned_away_in_plain_words(team):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(team.ada)
    answer = browser.post(reverse("settings"), {"name": "Somebody else"})
    assert answer.status_code == 403
    assert b"Please send it again" in answer.content
    team.ada.refresh_from_db()
    assert team.ada.name == "Ada Okafor"
