"""The web server's entry."""

import gc
import os
import sys

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from wellbeing.env import BadSetting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellbeing.settings")


def _loaded() -> WSGIHandler:
    """The application with every page loaded. What is loaded stays for good, so the
    collector of garbage must not walk it again: that stops a page for a tenth of a
    second, and it costs each process its own copy of the memory."""
    handler = get_wsgi_application()
    assert get_resolver().url_patterns  # noqa: S101 - asking is what loads them
    gc.collect()
    gc.freeze()
    return handler


try:
    application = _loaded()
except BadSetting as problem:
    sys.exit(f"Alongside cannot start. {problem}")
