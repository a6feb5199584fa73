"""The menu as data: what a role needs today, with counts; the slices above fill it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class NavItem:
    """One line of the menu. ``count`` None shows no number."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Nav:
    """The menu of a signed-in person."""

    items: tuple[NavItem, ...] = field(default_factory=tuple)
    role_line: str = ""
    person_name: str = ""
    post_line: str = ""
    unread: int = 0
