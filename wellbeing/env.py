"""Settings from the environment: each NAME may also be given as NAME_FILE.

Every reader raises `BadSetting` with one plain sentence. A wrong value stops the
start; nothing falls back in silence, because a mistyped address of the database
or of the mail server would lose messages without anybody knowing.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class BadSetting(Exception):
    """A setting is missing or makes no sense. The text is one line for a person."""


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or of the file that NAME_FILE names, or the default."""
    if name in os.environ and f"{name}_FILE" in os.environ:
        raise BadSetting(f"{name} and {name}_FILE are both set. Keep one.")
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as problem:
            reason = problem.strerror
            raise BadSetting(f"{name}_FILE names {path}: {reason}.") from problem
        except UnicodeDecodeError as problem:
            raise BadSetting(f"{name}_FILE names {path}: It is no text.") from problem
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(f"{name} is not set. Set {name} or {name}_FILE.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off", ""}:
        return False
    raise BadSetting(f"{name} is {value!r}. Say yes or no.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError as problem:
        raise BadSetting(f"{name} is {value!r}. It needs a whole number.") from problem
    if found < least:
        raise BadSetting(f"{name} is {found}. The least is {least}.")
    return found


def words(name: str, default: str) -> list[str]:
    """A list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def one_of(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(f"{name} is {value!r}. It can be {', '.join(allowed)}.")
    return value


def email_settings(url: str) -> dict[str, object]:
    """Django's EMAIL_ settings for `console:`, `file:///folder` or `smtp://host`.

    `smtp://user:password@host:587?tls=yes` uses STARTTLS; `smtps://` uses TLS
    from the first byte. `anymail://postmark?server_token=…` is a provider with its own
    settings. The address itself is never repeated: it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise BadSetting("EMAIL_URL holds a host or port that is none.") from problem
    if parts.scheme == "anymail":
        return _provider_settings(parts.hostname or "", parts.query)
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting(
            "EMAIL_URL must start with console:, file:///, smtp://, smtps:// or "
            "anymail://."
        )
    secure = parts.scheme == "smtps"
    tls = _wants_tls(parts.query)
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if secure else 587 if tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": tls and not secure,
    }


def _provider_settings(provider: str, query: str) -> dict[str, object]:
    """Any provider of django-anymail: its settings follow by name, without its own."""
    if not provider.isidentifier() or not find_spec(f"anymail.backends.{provider}"):
        raise BadSetting(
            "EMAIL_URL names a provider that django-anymail does not know."
        )
    return {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        "MAIL_PROVIDER": provider,
        "ANYMAIL": {
            f"{provider}_{name}".upper(): values[-1]
            for name, values in parse_qs(query).items()
        },
    }


def _wants_tls(query: str) -> bool:
    """A mistyped wish for encryption must not end in mail that is sent in the clear."""
    said = parse_qs(query, keep_blank_values=True)
    if said.keys() - {"tls"} or said.get("tls", ["no"]) not in (["yes"], ["no"]):
        raise BadSetting("EMAIL_URL may end in ?tls=yes or ?tls=no, and in no other.")
    return said.get("tls") == ["yes"]
