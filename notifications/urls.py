"""The addresses of this app, mounted at the root."""

from django.urls import path

from notifications import health, mail_news, stopping, webhooks

urlpatterns = [
    path("hooks/sms/status/<uuid:attempt_id>/", webhooks.sms_status, name="sms_status"),
    path("hooks/sms/status", webhooks.sms_status, name="sms_status"),
    path("hooks/sms/inbound", webhooks.sms_inbound, name="sms_inbound"),
    path("hooks/mail/status", mail_news.mail_status, name="mail_status"),
    path("messages/stop/<str:token>/", stopping.stop, name="message_stop"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/worker", health.worker, name="health_worker"),
]
