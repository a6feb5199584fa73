"""The usual controls of forms as HTML: what WTForms writes, without its formatting of each single attribute.

WTForms formats an attribute in about 15 microseconds and looks through the class of a field for its flags; a page
with a few selections pays a millisecond for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import (
    DateInput,
    HiddenInput,
    Input,
    NumberInput,
    PasswordInput,
    SearchInput,
    Select,
    TelInput,
    TextArea,
    TextInput,
    TimeInput,
)


def _attributes(values: Mapping[str, Any]) -> str:
    """``name="value"`` for each; True gives the bare name, False nothing. Names as WTForms takes them (data_x)."""
    words = []
    for key, value in values.items():
        if value is False:
            continue
        name = key.rstrip("_")
        if name.startswith(("data_", "aria_")):
            name = name.replace("_", "-")
        words.append(name if value is True else f'{name}="{escape(value)}"')
    return " ".join(words)


def _with_flags(field: Any, given: Mapping[str, Any], **own: Any) -> dict[str, Any]:
    """``own`` attributes, then those of the validators, then what the template gives, which wins."""
    flags = {name: getattr(field.flags, name) for name in field.widget.validation_attrs}
    return {"id": field.id, **own, **{name: value for name, value in flags.items() if value is not None}, **given}


def _input(field: Any, given: Mapping[str, Any]) -> Markup:
    values = _with_flags(field, given, type=field.widget.input_type, name=field.name)
    if "value" not in given:
        values["value"] = field._value()
    return Markup(f"<input {_attributes(values)}>")  # noqa: S704 (each value is escaped)


def _password(field: Any, given: Mapping[str, Any]) -> Markup:
    return _input(field, {**given, "value": ""} if field.widget.hide_value else given)


def _text_area(field: Any, given: Mapping[str, Any]) -> Markup:
    # the line end after the tag is HTML's: a text that begins with one keeps it
    values = _with_flags(field, given, name=field.name)
    return Markup(f"<textarea {_attributes(values)}>\r\n{escape(field._value())}</textarea>")  # noqa: S704


def _select(field: Any, given: Mapping[str, Any]) -> Any:
    if field.widget.multiple or field.has_groups():
        return field.widget(field, **given)
    options = "".join(
        f'<option {"selected " if chosen else ""}value="{escape(value)}">{escape(label or value)}</option>'
        for value, label, chosen, *_more in field.iter_choices()
    )
    attributes = _attributes(_with_flags(field, given, name=field.name))
    return Markup(f"<select {attributes}>{options}</select>")  # noqa: S704


WRITERS: Mapping[type, Callable[[Any, Mapping[str, Any]], Any]] = {
    **dict.fromkeys(
        (DateInput, HiddenInput, Input, NumberInput, SearchInput, TelInput, TextInput, TimeInput), _input
    ),
    PasswordInput: _password,
    TextArea: _text_area,
    Select: _select,
}
"""By the exact class of the widget; every other one writes itself."""
