"""The web server's entry."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from wellbeing.env import BadSetting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellbeing.settings")
try:
    application = get_wsgi_application()
except BadSetting as problem:
    sys.exit(f"Alongside cannot start. {problem}")
