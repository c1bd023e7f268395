"""A Django service with Debian's django-health-check: settings and URLs, for `django-admin runserver`.

`/be/failing` makes its checks fail, `/be/degraded` makes one warn.
"""

import sys

from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "not one"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = __name__
INSTALLED_APPS = ["health_check"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
LOGGING_CONFIG = None
USE_TZ = True

# Who started it waits for what it says.
sys.stdout.reconfigure(line_buffering=True)
mood = "healthy"


def be(_request, word):
    global mood
    mood = word
    return HttpResponse(word)


def health(request):
    from health_check.backends import BaseHealthCheckBackend
    from health_check.exceptions import ServiceUnavailable, ServiceWarning
    from health_check.plugins import plugin_dir
    from health_check.views import MainView

    class Cache(BaseHealthCheckBackend):
        def check_status(self):
            if mood == "failing":
                raise ServiceUnavailable("Connection refused")

        def identifier(self):
            return "cache"

    class Queue(BaseHealthCheckBackend):
        def check_status(self):
            if mood == "degraded":
                raise ServiceWarning("1204 jobs wait")

        def identifier(self):
            return "queue"

    plugin_dir.reset()
    plugin_dir.register(Cache)
    plugin_dir.register(Queue)
    return MainView.as_view()(request)


urlpatterns = [path("be/<word>", be), path("health", health)]
