"""How the web server runs: `gunicorn -c python:wellbeing.web_server wellbeing.wsgi`.

The names are gunicorn's own. A setting on its command line comes before these.
"""

import os

workers = os.cpu_count() or 1
# More would take turns at one interpreter: fifty people who press at once then wait
# a third longer.
threads = 4
# A process takes only what it can answer now, and leaves the rest to the next one.
# Otherwise the first to wake takes all that come at once, and the others stand idle.
worker_connections = threads
keepalive = 0
# What is loaded before the processes part is in memory once (see `wellbeing.wsgi`).
preload_app = True
