"""Words: the catalogue of a request is looked up once, not once a word.

Flask-Babel finds locale and catalogue anew for each word; a list of fifty rows has hundreds.
"""

from typing import Any

from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain


class RequestDomain(Domain):
    """The catalogue in the language of the request, kept for the rest of it."""

    def get_translations(self) -> Any:
        """The catalogue; outside of a request the one that Flask-Babel finds."""
        if not has_app_context():
            return super().get_translations()
        found = g.get("catalogue")
        if found is None:
            found = g.catalogue = super().get_translations()
        return found


class RequestBabel(Babel):
    """Flask-Babel with the kept catalogue."""

    kept = RequestDomain(domain="messages")

    @property
    def domain_instance(self) -> RequestDomain:
        """The domain of all words."""
        return self.kept


def init_app(app: Flask) -> None:
    """Wire Flask-Babel, for code and templates."""
    catalogue = RequestBabel(app).domain_instance.get_translations
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # made by the i18n extension
        lambda words: catalogue().ugettext(words),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
    )
