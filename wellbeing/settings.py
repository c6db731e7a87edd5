"""Django's settings, all from the environment. `wellbeing.env` reads each value.

ALONGSIDE_MODE says what this process is for. `production` (the default) wants a
secret, a key ring and https. `development` and `demo` make their own secrets
below `var/`. `test` is for the test suite. `demo` alone mounts the pages of
`wellbeing.demo`.
"""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from wellbeing import env
from wellbeing.lib import quiet_logs

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.one_of(
    "ALONGSIDE_MODE", ("production", "development", "demo", "test"), "production"
)
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
DEBUG = MODE == "development"
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var" / MODE)))


def _own_secret() -> str:
    """A secret for one machine, made once, outside the repository."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _frozen_instant() -> datetime | None:
    value = env.text("DEMO_AT", "")
    if not value:
        return None
    if PRODUCTION:
        raise env.BadSetting("DEMO_AT stops the clock. It is not for production.")
    try:
        found = datetime.fromisoformat(value)
    except ValueError as problem:
        raise env.BadSetting(
            f"DEMO_AT is {value!r}. Write it like 2026-11-24T16:00+00:00."
        ) from problem
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


DEMO_AT = _frozen_instant()
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else _own_secret())
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
VAULT_KEYS = env.text("VAULT_KEYS", None if PRODUCTION else str(VAR_DIR / "vault-keys"))
VAULT_KEYS_MADE_HERE = not PRODUCTION

PUBLIC_BASE_URL = env.text(
    "PUBLIC_BASE_URL",
    None if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000, least=1)}",
).rstrip("/")
if urlsplit(PUBLIC_BASE_URL).scheme not in {"http", "https"}:
    raise env.BadSetting("PUBLIC_BASE_URL must start with https://.")
if PRODUCTION and urlsplit(PUBLIC_BASE_URL).scheme != "https":
    raise env.BadSetting("PUBLIC_BASE_URL must start with https:// in production.")
PUBLIC_HOST = urlsplit(PUBLIC_BASE_URL).hostname or ""
ALLOWED_HOSTS = [PUBLIC_HOST]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver"]

INSTALLED_APPS = [
    "wellbeing",
    "checkins",
    "sessions",
    "notifications",
    "wellbeing.vault",
    "wellbeing.people",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "wellbeing.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wellbeing.middleware.AccessMiddleware",
    "wellbeing.middleware.JustNowMiddleware",
]
ROOT_URLCONF = "wellbeing.urls"
WSGI_APPLICATION = "wellbeing.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wellbeing.pages.page_context",
            ],
            "builtins": ["wellbeing.lib.template_times"],
        },
    }
]
if DEMO:
    TEMPLATES[0]["OPTIONS"]["context_processors"].append(
        "wellbeing.demo.context.demo_people"
    )
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(
        dj_database_url.parse(
            env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'alongside.sqlite3'}"),
            conn_max_age=60,
            conn_health_checks=True,
        )
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock before the first read, which is what keeps
    # two people out of one hour on SQLite; WAL lets pages be read meanwhile.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=3000"
else:
    raise env.BadSetting("DATABASE_URL must start with sqlite:/// or postgresql://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.text("CACHE_URL", "")
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://")):
    raise env.BadSetting("CACHE_URL must start with redis:// or rediss://.")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected" if PRODUCTION else VAR_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 60 if DEBUG else 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_500_000

# --- who signs in, and how -------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=not DEMO)
ACCOUNT_ADAPTER = "wellbeing.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_BASE_URL).scheme
ACCOUNT_LOGIN_BY_CODE_ENABLED = env.flag("LOGIN_BY_CODE", default=False)
MFA_ADAPTER = "wellbeing.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Alongside"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Off: it would write a row on every page, and a page that only reads must not wait
# for a writer.
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 1 if PRODUCTION else 0)

# --- headers, cookies --------------------------------------------------------------
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wellbeing.views.errors.form_too_old"
# Not "no-referrer": Chromium then posts forms with an empty origin, which the
# protection against forged forms turns away.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- messages ----------------------------------------------------------------------
if DEMO:
    EMAIL_BACKEND = "wellbeing.demo.mailbox.DemoMailbox"
    DEMO_MAIL_DIR = VAR_DIR / "mail"
    DEMO_SMS_STORE = VAR_DIR / "texts.jsonl"
else:
    vars().update(env.email_settings(env.text("EMAIL_URL", "console:")))
EMAIL_TIMEOUT = 10
# A mail provider reports what came back at /hooks/mail/status, with this user:password.
MAIL_PROVIDER = globals().get("MAIL_PROVIDER", "")
MAIL_HOOK_SECRET = env.text("MAIL_HOOK_SECRET", "")
if MAIL_HOOK_SECRET and not all(MAIL_HOOK_SECRET.partition(":")):
    raise env.BadSetting("MAIL_HOOK_SECRET must look like user:password.")
ANYMAIL = {
    **globals().get("ANYMAIL", {}),
    "WEBHOOK_SECRET": MAIL_HOOK_SECRET or None,
    "REQUESTS_TIMEOUT": 10,
    "DEBUG_API_REQUESTS": False,
}
MAIL_DOMAIN = env.text("MAIL_DOMAIN", PUBLIC_HOST)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"Alongside <hello@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN", "")
TWILIO_AUTH_TOKEN_SECONDARY = env.text("TWILIO_AUTH_TOKEN_SECONDARY", "")
TWILIO_MESSAGING_SERVICE_SID = env.text("TWILIO_MESSAGING_SERVICE_SID", "")
TWILIO_BASE_URL = env.text("TWILIO_BASE_URL", "")
SMS_COUNTRIES = env.words("SMS_COUNTRIES", "GB")
if TWILIO_BASE_URL and PRODUCTION:
    raise env.BadSetting("TWILIO_BASE_URL is for tests and the demo only.")

Q_WORKERS = env.number("Q_WORKERS", 2, least=1)
# The retry clock of django-q2 starts when a task is fetched, not when it starts, so
# retry must exceed timeout * (1 + ceil((queue_limit + bulk) / workers)), or a task
# runs twice.
Q_CLUSTER = {
    "name": "wellbeing",
    "orm": "default",
    "workers": Q_WORKERS,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 60,
    "retry": 300,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "poll": 0.5,
    "recycle": 500,
    "label": "Worker",
}

LOGGING = quiet_logs.as_settings(env.text("LOG_LEVEL", "INFO"))
