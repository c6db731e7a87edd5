"""The addresses of the front of the house, mounted at the root."""

from django.urls import path

from wellbeing.views import help_now, invitations, people, privacy, settings_page

urlpatterns = [
    path("help-now/", help_now.help_now, name="help_now"),
    path("privacy/", privacy.privacy, name="privacy"),
    path(
        "invitations/<uuid:public_id>/<str:signature>/",
        invitations.invitation,
        name="invitation",
    ),
    path("people/", people.people, name="people"),
    path("people/end-role/", people.end_role, name="role_end"),
    path(
        "people/invitations/<uuid:public_id>/withdraw/",
        people.withdraw_invitation,
        name="invitation_withdraw",
    ),
    path("settings/", settings_page.settings_page, name="settings"),
    path("settings/texts/", settings_page.save_texts, name="settings_texts"),
    path("settings/channels/", settings_page.save_channels, name="settings_channels"),
    path(
        "settings/discretion/",
        settings_page.save_discretion,
        name="settings_discretion",
    ),
    path("settings/messages/", settings_page.my_messages, name="settings_messages"),
    path("settings/test/", settings_page.send_test, name="settings_test"),
    path(
        "settings/email/again/",
        settings_page.try_email_again,
        name="settings_email_again",
    ),
    path("settings/phone/", settings_page.send_code, name="settings_phone"),
    path("settings/phone/code/", settings_page.phone_code, name="settings_phone_code"),
    path(
        "settings/phone/remove/",
        settings_page.forget_phone,
        name="settings_phone_remove",
    ),
]
