"""Words: one catalogue a process, looked up once; those of templates are put in when a template is compiled.

Flask-Babel finds locale and catalogue anew for each word; a page has hundreds. A process speaks one language
(``BABEL_DEFAULT_LOCALE``): a second one needs a catalogue and an environment of its own.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, has_app_context
from flask.templating import Environment
from flask_babel import Babel, Domain
from jinja2 import nodes
from jinja2.visitor import NodeTransformer


class ProcessDomain(Domain):
    """The catalogue in the language of the process."""

    found: Any = None

    def get_translations(self) -> Any:
        """The catalogue; outside of an application the one that Flask-Babel finds."""
        if self.found is None and has_app_context():
            self.found = super().get_translations()
        return self.found or super().get_translations()


class ProcessBabel(Babel):
    """Flask-Babel with the kept catalogue."""

    kept = ProcessDomain(domain="messages")

    @property
    def domain_instance(self) -> ProcessDomain:
        """The domain of all words."""
        return self.kept


class _Translated(NodeTransformer):
    """Puts the words themselves in the place of ``_("...")``, in a template that is being compiled.

    The value is that of Jinja's own call: words of a template are safe, what is filled in is escaped.
    """

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name by which Jinja finds it
        """``_("...")`` and ``_("... %(name)s", name=...)`` with constant words; every other call is left."""
        self.generic_visit(node)
        words = node.args[0] if len(node.args) == 1 else None
        if not isinstance(words, nodes.Const) or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_"):
            return node
        found = nodes.MarkSafeIfAutoescape(nodes.Const(self.translate(words.value)))
        filled = nodes.Dict([nodes.Pair(nodes.Const(item.key), item.value) for item in node.kwargs])
        return nodes.Mod(found, filled).set_lineno(node.lineno)


class WordedEnvironment(Environment):
    """Flask's environment of templates, with the words put in when a template is compiled."""

    translate: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = _Translated(self.translate).visit(super()._parse(source, name, filename))
        return template.set_environment(self)  # type: ignore[no-any-return]  # jinja's nodes return themselves


def init_app(app: Flask) -> None:
    """Wire Flask-Babel, for code and templates. Before anything else asks for the environment of templates."""
    app.jinja_environment = WordedEnvironment
    catalogue = ProcessBabel(app).domain_instance.get_translations
    app.jinja_env.translate = lambda words: catalogue().ugettext(words)  # type: ignore[attr-defined]  # our class
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # made by the i18n extension
        lambda words: catalogue().ugettext(words),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
    )
