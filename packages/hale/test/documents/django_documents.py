"""What Debian's django-health-check answers to a client that wants JSON: a cache, a database, a service that warns.

apt-get install python3-django-health-check; python3 django_documents.py good|bad. Prints the code and the body.
"""

import sys
import tempfile

import django
from django.conf import settings
from django.test import Client
from django.urls import include, path

bad = sys.argv[1] == "bad"
settings.configure(
    SECRET_KEY="not one",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{tempfile.mkdtemp()}/db"}},
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
            if not bad
            else "django.core.cache.backends.dummy.DummyCache",
            "LOCATION": "127.0.0.1:1",
        }
    },
    INSTALLED_APPS=["health_check", "health_check.cache", "health_check.db"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from health_check.backends import BaseHealthCheckBackend  # noqa: E402
from health_check.exceptions import ServiceReturnedUnexpectedResult, ServiceWarning  # noqa: E402
from health_check.plugins import plugin_dir  # noqa: E402


class Queue(BaseHealthCheckBackend):
    def check_status(self):
        if bad:
            raise ServiceWarning("1204 jobs wait")

    def identifier(self):
        return "Queue"


class Stock(BaseHealthCheckBackend):
    critical_service = not bad

    def check_status(self):
        if bad:
            raise ServiceReturnedUnexpectedResult("got nothing, wanted something")

    def identifier(self):
        return "Stock"


plugin_dir.register(Queue)
plugin_dir.register(Stock)
urlpatterns = [path("health/", include("health_check.urls"))]
if not bad:
    call_command("migrate", verbosity=0)
response = Client().get("/health/", HTTP_ACCEPT="application/json")
print(response.status_code)
print(response.content.decode())
