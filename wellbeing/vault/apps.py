from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "wellbeing.vault"
    label = "vault"
    verbose_name = "Sealed private text"
