"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("sessions.urls")),
    path("", include("checkins.urls")),
    path("", include("notifications.urls")),
]
