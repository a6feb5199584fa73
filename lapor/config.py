"""Configuration from the environment, checked at start."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lapor.core.smtp import read_server

_MINIMUM_SECRET = 32


class ConfigurationError(Exception):
    """The system cannot start with this configuration; the message says what to mend."""


def _secret(environment: str, instance: Path) -> str:
    given = os.environ.get("LAPOR_SECRET_KEY", "")
    if given:
        if len(given) < _MINIMUM_SECRET:
            raise ConfigurationError("LAPOR_SECRET_KEY terlalu pendek: sedikitnya 32 huruf.")
        return given
    if environment == "production":
        raise ConfigurationError("LAPOR_SECRET_KEY belum diisi. Isi dengan sedikitnya 32 huruf acak.")
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database_url(given: str, instance: Path) -> str:
    if not given:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'lapor.sqlite'}"
    if given.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if given.startswith(("sqlite:", "postgresql+psycopg:")):
        return given
    raise ConfigurationError("DATABASE_URL harus diawali sqlite: atau postgresql:.")


def _smtp_url(given: str) -> str:
    """The address of the mail server, checked at start: a wrong one must not show itself by silence."""
    if given:
        try:
            read_server(given, "")
        except ValueError as error:
            raise ConfigurationError(str(error)) from None
    return given


def load(root: Path, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The configuration for Flask; ``overrides`` win (tests).

    Raises ConfigurationError with an Indonesian sentence: a production start refuses a missing secret and a
    plain-http base URL here, and demo accounts in ``accounts.services.refuse_demo_accounts``.
    """
    given = dict(overrides or {})
    instance = Path(given.get("INSTANCE", os.environ.get("LAPOR_INSTANCE", root / "instance")))
    environment = str(given.get("LAPOR_ENV", os.environ.get("LAPOR_ENV", "demo")))
    if environment not in {"demo", "production"}:
        raise ConfigurationError("LAPOR_ENV harus demo atau production.")
    base_url = str(given.get("LAPOR_BASE_URL", os.environ.get("LAPOR_BASE_URL", "http://localhost:8000")))
    if environment == "production" and urlsplit(base_url).scheme != "https":
        raise ConfigurationError("LAPOR_BASE_URL harus memakai https:// pada LAPOR_ENV=production.")
    secret = given.get("SECRET_KEY") or _secret(environment, instance)
    values: dict[str, Any] = {
        "LAPOR_ENV": environment,
        "LAPOR_BASE_URL": base_url,
        "LAPOR_TIMEZONE": os.environ.get("LAPOR_TIMEZONE", "Asia/Makassar"),
        "LAPOR_SMTP_URL": _smtp_url(os.environ.get("LAPOR_SMTP_URL", "")),
        "LAPOR_FILES": os.environ.get("LAPOR_FILES") or str(instance / "files"),
        "LAPOR_PROVINCE": os.environ.get("LAPOR_PROVINCE", "Provinsi Sulawesi Tengah"),
        "LAPOR_CITY": os.environ.get("LAPOR_CITY", "Palu"),
        "INSTANCE": str(instance),
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": _database_url(os.environ.get("DATABASE_URL", ""), instance),
        # a failed statement is logged, what citizens and officials wrote is not
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "MAX_CONTENT_LENGTH": 40 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "SESSION_COOKIE_NAME": "lapor_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": urlsplit(base_url).scheme == "https",
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Makassar",
    }
    values.update(given)
    return values
