"""Templates: their words are put in when they are compiled, and what they print is escaped without detours.

Flask-Babel finds locale and catalogue anew for each word; a page has hundreds. A process speaks one language
(``BABEL_DEFAULT_LOCALE``): a second one needs a catalogue and an environment of its own.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, has_app_context
from flask.templating import Environment
from flask_babel import Babel, Domain
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape


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


_special = re.compile("[&<>\"']").search


def escaped(value: Any) -> str:
    """``value`` as HTML. The pieces of a page are joined as text, so that none of them needs to be a Markup again."""
    kind = type(value)
    if kind is str:
        return value if _special(value) is None else escape(value)
    return value if kind is Markup else escape(value)


class _Escaping(CodeGenerator):
    """Jinja's code with our ``escaped`` around what is printed; where it is decided at run time, Jinja's own."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Page(Template):
    """A template whose macros are made once: no page brings globals for which they were to be made anew."""

    def _get_default_module(self, ctx: Any = None) -> TemplateModule:
        # Jinja would compare all globals of ``ctx`` with its own at each import
        return super()._get_default_module()


class WordedEnvironment(Environment):
    """Flask's environment of templates, with the words put in when a template is compiled."""

    code_generator_class = _Escaping
    escaped = staticmethod(escaped)
    template_class = _Page
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
