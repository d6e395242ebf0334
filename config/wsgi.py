"""The door the web server calls."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from config.allocator import give_back

give_back()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PATIENT"] = "0"
application = get_wsgi_application()

from brokering.matching import warm  # noqa: E402 - needs the settings

Thread(target=warm, daemon=True).start()
