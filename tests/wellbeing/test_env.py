"""Every setting that makes no sense stops the start, with one line for a person."""

import os
import subprocess
import sys

import pytest

from wellbeing import env
from wellbeing.env import BadSetting


def refused(read, *args, **kwargs):
    with pytest.raises(BadSetting) as caught:
        read(*args, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_value_comes_from_the_name_else_from_its_file_else_from_the_default(
    monkeypatch, tmp_path
):
    assert env.text("PLACE", "here") == "here"
    secret = tmp_path / "place"
    secret.write_text("in the file\n")
    monkeypatch.setenv("PLACE_FILE", str(secret))
    assert env.text("PLACE", "here") == "in the file"
    monkeypatch.delenv("PLACE_FILE")
    monkeypatch.setenv("PLACE", "there")
    assert env.text("PLACE", "here") == "there"


def test_a_value_given_twice_is_not_guessed(monkeypatch, tmp_path):
    monkeypatch.setenv("PLACE", "there")
    monkeypatch.setenv("PLACE_FILE", str(tmp_path / "place"))
    assert refused(env.text, "PLACE") == (
        "PLACE and PLACE_FILE are both set. Keep one."
    )


def test_a_value_without_a_default_must_be_given():
    assert refused(env.text, "PLACE") == ("PLACE is not set. Set PLACE or PLACE_FILE.")


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    missing = tmp_path / "none"
    monkeypatch.setenv("PLACE_FILE", str(missing))
    assert refused(env.text, "PLACE") == (
        f"PLACE_FILE names {missing}: No such file or directory."
    )
    monkeypatch.setenv("PLACE_FILE", str(tmp_path))
    assert refused(env.text, "PLACE") == f"PLACE_FILE names {tmp_path}: Is a directory."
    missing.write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("PLACE_FILE", str(missing))
    assert refused(env.text, "PLACE") == f"PLACE_FILE names {missing}: It is no text."


@pytest.mark.parametrize(
    ("said", "meant"),
    [("yes", True), ("TRUE", True), ("1", True), ("off", False), ("", False)],
)
def test_a_flag_is_yes_or_no(monkeypatch, said, meant):
    monkeypatch.setenv("LIGHT", said)
    assert env.flag("LIGHT", default=not meant) is meant


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    assert env.flag("LIGHT", default=True) is True
    monkeypatch.setenv("LIGHT", "maybe")
    assert refused(env.flag, "LIGHT", default=True) == (
        "LIGHT is 'maybe'. Say yes or no."
    )


def test_a_number_is_whole_and_large_enough(monkeypatch):
    assert env.number("COUNT", 3) == 3
    monkeypatch.setenv("COUNT", "7")
    assert env.number("COUNT", 3, least=7) == 7
    assert refused(env.number, "COUNT", 3, least=8) == "COUNT is 7. The least is 8."
    monkeypatch.setenv("COUNT", "7.5")
    assert refused(env.number, "COUNT", 3) == (
        "COUNT is '7.5'. It needs a whole number."
    )


def test_a_list_is_split_at_commas(monkeypatch):
    assert env.words("PLACES", "GB") == ["GB"]
    monkeypatch.setenv("PLACES", " GB, IE ,,")
    assert env.words("PLACES", "GB") == ["GB", "IE"]


def test_one_of_a_few_words(monkeypatch):
    assert env.one_of("MOOD", ("calm", "glad"), "calm") == "calm"
    monkeypatch.setenv("MOOD", "loud")
    assert refused(env.one_of, "MOOD", ("calm", "glad"), "calm") == (
        "MOOD is 'loud'. It can be calm, glad."
    )


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://mail.example.org?tls=yes", 587, False, True),
        ("smtp://mail.example.org:2525?tls=no", 2525, False, False),
        ("smtps://mail.example.org", 465, True, False),
        ("smtps://mail.example.org?tls=yes", 465, True, False),
    ],
)
def test_a_mail_server_by_its_address(url, port, ssl, tls):
    found = env.email_settings(url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)


def test_name_and_password_of_a_mail_server_may_hold_any_letter():
    found = env.email_settings("smtp://a%40b:p%3Aw@mail.example.org")
    assert found["EMAIL_HOST_USER"] == "a@b"
    assert found["EMAIL_HOST_PASSWORD"] == "p:w"


def test_mail_to_the_console_and_to_a_folder():
    backends = "django.core.mail.backends"
    assert env.email_settings("console:") == {
        "EMAIL_BACKEND": f"{backends}.console.EmailBackend"
    }
    assert env.email_settings("file:///tmp/mail") == {
        "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
        "EMAIL_FILE_PATH": "/tmp/mail",
    }


STARTS = (
    "EMAIL_URL must start with console:, file:///, smtp://, smtps:// or anymail://."
)
ENDS = "EMAIL_URL may end in ?tls=yes or ?tls=no, and in no other."
NONE = "EMAIL_URL holds a host or port that is none."


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", STARTS),
        ("mail.example.org", STARTS),
        ("http://mail.example.org", STARTS),
        ("smtp://", STARTS),
        ("file:", STARTS),
        ("smtp://me:secret@mail.example.org:port", NONE),
        ("smtp://me:secret@mail.example.org:99999", NONE),
        ("smtp://[mail", NONE),
        ("smtp://me:secret@mail.example.org?tls=true", ENDS),
        ("smtp://me:secret@mail.example.org?tls", ENDS),
        ("smtp://me:secret@mail.example.org?ssl=yes", ENDS),
    ],
)
def test_a_mail_server_that_makes_no_sense_is_refused_without_its_password(
    url, sentence
):
    assert refused(env.email_settings, url) == sentence


@pytest.mark.processes
@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"PORT": "eighty"},
            "Alongside cannot start. PORT is 'eighty'. It needs a whole number.",
        ),
        (
            {"ALONGSIDE_MODE": "staging"},
            "Alongside cannot start. ALONGSIDE_MODE is 'staging'. "
            "It can be production, development, demo, test.",
        ),
        (
            {"SECRET_KEY": "x", "SECRET_KEY_FILE": "/nowhere"},
            "Alongside cannot start. "
            "SECRET_KEY and SECRET_KEY_FILE are both set. Keep one.",
        ),
    ],
)
def test_the_program_says_in_one_line_why_it_does_not_start(given, line, tmp_path):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG"}
    }
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=kept | {"ALONGSIDE_MODE": "development", "VAR_DIR": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr, ran.stdout) == (1, f"{line}\n", "")
