"""Days off, rule sets and settings as services write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.calendar import planning, queries, services
from lapor.calendar.events import CalendarChanged
from lapor.calendar.models import CalendarChange, DayOff, Setting
from lapor.calendar.rules import DayOffKind, ListedDay
from lapor.core import events
from lapor.core.db import transaction
from lapor.core.errors import Conflict, Invalid
from lapor.dispositions import recounting
from lapor.journal.verifying import broken_links
from lapor.policy import Actor
from tests.factories import Make

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = date(2026, 3, 4)


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.actor(make.administrator())


@pytest.fixture
def basics(session: Session) -> None:
    """The calendar as the first start leaves it, whatever the database of tests holds."""
    session.execute(sa.delete(DayOff))
    session.execute(sa.delete(Setting))
    services.ensure_basics(session, NOW)


@pytest.fixture
def told() -> Iterator[list[CalendarChanged]]:
    """What those who keep deadlines are told."""
    heard: list[CalendarChanged] = []

    def listen(_session: Session, event: CalendarChanged, **_context: Any) -> None:
        heard.append(event)

    events.subscribe(CalendarChanged, listen)
    yield heard
    events._subscribers[CalendarChanged].remove(listen)


def test_the_first_start_puts_in_holidays_and_rule_sets_once(session: Session, basics: None) -> None:
    calendar = queries.working_calendar(session)
    assert not calendar.is_working(date(2022, 5, 4))
    assert calendar.version == 1
    assert {row.name for row in queries.rule_sets(session)} >= {"PermenPANRB 62/2018", "PermenPANRB 5/2025"}
    removed = session.scalars(sa.select(DayOff).where(DayOff.day == date(2022, 5, 4))).one()
    session.delete(removed)
    assert services.ensure_basics(session, NOW) is False
    assert queries.working_calendar(session).is_working(date(2022, 5, 4))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2011, 1, 1), "PermenPANRB 62/2018"),
        (date(2024, 12, 31), "PermenPANRB 62/2018"),
        (date(2025, 1, 1), "PermenPANRB 5/2025"),
    ],
)
def test_the_rule_set_of_a_day(session: Session, basics: None, day: date, name: str) -> None:
    key = queries.rule_set_in_force(session, day)
    assert queries.rule_set_names(session)[key] == name
    assert queries.limit_values(session, key) == {
        ("verification", ""): 3,
        ("acknowledgement", ""): 2,
        ("first_follow_up", ""): 5,
        ("completion", "supervisory"): 60,
        ("completion", "non_supervisory"): 14,
        ("completion", "information"): 5,
        ("completion", "aspiration"): 5,
        ("completion", ""): 14,
        ("reporter_reply", ""): 10,
    }


def off(day: date = DAY, name: str = "Hari jadi", kind: DayOffKind = DayOffKind.PROVINCIAL) -> ListedDay:
    return ListedDay(day, kind, name, False)


def carry_out(session: Session, change: CalendarChange, actor: Actor) -> None:
    """Confirm a planned change and let the deadlines follow."""
    planning.confirm(session, change, reason="Keputusan Gubernur", actor=actor, now=NOW)
    key = change.id
    session.commit()
    recounting.run(key, now=NOW)


def test_a_plan_changes_nothing_until_it_is_confirmed(
    session: Session, basics: None, actor: Actor, told: list[CalendarChanged]
) -> None:
    change = planning.plan_day_off(session, off(), actor=actor, now=NOW)
    assert queries.working_calendar(session).is_working(DAY)
    assert not planning.planned_calendar(session, change).is_working(DAY)
    assert told == []
    with pytest.raises(Invalid, match="dasar perubahan"):
        planning.confirm(session, change, reason=" ", actor=actor, now=NOW)
    planning.discard(session, change)
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarChange)) == 0


def test_a_change_raises_the_version_and_is_told_with_its_reason(
    session: Session, basics: None, actor: Actor, told: list[CalendarChanged]
) -> None:
    carry_out(session, planning.plan_day_off(session, off(), actor=actor, now=NOW), actor)
    calendar = queries.working_calendar(session)
    assert (calendar.version, calendar.is_working(DAY)) == (2, False)
    with pytest.raises(Invalid, match="Hari jadi"):
        planning.plan_day_off(session, off(name="Lagi"), actor=actor, now=NOW)
    made = session.scalars(sa.select(DayOff).where(DayOff.day == DAY)).one()
    moved = planning.plan_day_off(session, off(DAY + timedelta(days=1)), instead_of=made, actor=actor, now=NOW)
    carry_out(session, moved, actor)
    made = session.scalars(sa.select(DayOff).where(DayOff.day == DAY + timedelta(days=1))).one()
    with pytest.raises(Invalid, match="Belum ada"):
        planning.plan_day_off(session, planning.listed(made), instead_of=made, actor=actor, now=NOW)
    carry_out(session, planning.plan_removal(session, made, actor=actor, now=NOW), actor)
    next_day = DAY + timedelta(days=1)
    assert [(event.version, event.added, event.removed) for event in told] == [
        (2, (DAY,), ()),
        (3, (next_day,), (DAY,)),
        (4, (), (next_day,)),
    ]
    assert {event.reason for event in told} == {"Keputusan Gubernur"}
    session.commit()
    assert not list(broken_links(session))


def test_a_plan_for_an_older_calendar_is_refused(session: Session, basics: None, make: Make, actor: Actor) -> None:
    other = make.actor(make.coordinator())
    first = planning.plan_day_off(session, off(), actor=actor, now=NOW)
    second = planning.plan_day_off(session, off(name="Sama"), actor=other, now=NOW)
    carry_out(session, first, actor)
    with pytest.raises(Conflict, match="sudah berubah"):
        planning.confirm(session, second, reason="Keputusan", actor=other, now=NOW)
    with pytest.raises(Conflict, match="sudah disimpan"):
        planning.confirm(session, first, reason="Keputusan", actor=actor, now=NOW)


def test_a_change_waits_until_the_one_before_is_counted(session: Session, basics: None, actor: Actor) -> None:
    first = planning.plan_day_off(session, off(), actor=actor, now=NOW)
    planning.confirm(session, first, reason="Keputusan", actor=actor, now=NOW)
    second = planning.plan_day_off(session, off(DAY + timedelta(days=1)), actor=actor, now=NOW)
    with pytest.raises(Conflict, match="masih dihitung"):
        planning.confirm(session, second, reason="Keputusan", actor=actor, now=NOW)


def test_a_day_that_was_rolled_back_is_not_remembered(session: Session, basics: None, actor: Actor) -> None:
    """The next day off gets the same key and version; the calendar that was kept must not be taken for it."""
    session.commit()
    other = DAY + timedelta(days=1)

    def add_and_fail() -> None:
        with transaction() as written:
            change = planning.plan_day_off(written, off(name="Keliru"), actor=actor, now=NOW)
            planning.confirm(written, change, reason="Keputusan", actor=actor, now=NOW)
            assert not queries.working_calendar(written).is_working(DAY)
            raise Conflict("dibatalkan")

    with pytest.raises(Conflict):
        add_and_fail()
    carry_out(session, planning.plan_day_off(session, off(other), actor=actor, now=NOW), actor)
    calendar = queries.working_calendar(session)
    assert (calendar.is_working(DAY), calendar.is_working(other)) == (True, False)


def test_an_estimate_becomes_sure_once(session: Session, basics: None, actor: Actor) -> None:
    row = session.scalars(sa.select(DayOff).where(DayOff.is_estimated).order_by(DayOff.day)).first()
    assert row is not None
    services.confirm_day_off(session, row, actor=actor, now=NOW)
    assert "perkiraan" not in row.name
    with pytest.raises(Conflict):
        services.confirm_day_off(session, row, actor=actor, now=NOW)


def listed(*rows: str) -> bytes:
    return "\n".join(["tanggal,jenis,nama", *rows]).encode()


def test_a_list_is_taken_over_and_a_second_time_changes_nothing(
    session: Session, basics: None, actor: Actor, told: list[CalendarChanged]
) -> None:
    data = listed("2026-01-01,libur_nasional,Tahun Baru", "2026-06-10,cuti_bersama,Cuti tambahan")
    change = planning.plan_list(session, data, actor=actor, now=NOW).change
    assert change is not None
    carry_out(session, change, actor)
    assert planning.plan_list(session, data, actor=actor, now=NOW) == planning.ListPlan()
    assert [(event.added, event.renamed) for event in told] == [((date(2026, 6, 10),), (date(2026, 1, 1),))]


def test_a_list_may_replace_its_year_but_not_provincial_days(session: Session, basics: None, actor: Actor) -> None:
    carry_out(session, planning.plan_day_off(session, off(), actor=actor, now=NOW), actor)
    before = len(queries.days_off_of_year(session, 2025))
    data = listed("2026-01-01,libur_nasional,Tahun Baru Masehi")
    change = planning.plan_list(session, data, replace_years=True, actor=actor, now=NOW).change
    assert change is not None
    carry_out(session, change, actor)
    assert [row.day for row in queries.days_off_of_year(session, 2026)] == [date(2026, 1, 1), DAY]
    assert len(queries.days_off_of_year(session, 2025)) == before


def test_a_faulty_list_changes_nothing(session: Session, basics: None, actor: Actor) -> None:
    data = listed("2026-06-10,cuti_bersama,Baru", "2026-06-31,cuti_bersama,Tidak ada")
    plan = planning.plan_list(session, data, actor=actor, now=NOW)
    assert plan.change is None
    assert [fault.line for fault in plan.faults] == [3]
    with pytest.raises(Invalid, match="satu pun"):
        planning.plan_list(session, listed(), actor=actor, now=NOW)


def test_a_calendar_without_a_day_keeps_its_version(session: Session, basics: None) -> None:
    services.note_change(session, actor=None, now=NOW)
    session.execute(sa.delete(DayOff))
    assert queries.working_calendar(session).version == 2


def test_a_dated_setting_holds_from_its_day(session: Session, basics: None, actor: Actor) -> None:
    key = "obliged_agencies"
    assert queries.setting_value(session, key, DAY, 7) == 7
    services.set_setting(session, key, 41, date(2022, 1, 1), actor, NOW)
    services.set_setting(session, key, 45, date(2024, 1, 1), actor, NOW)
    services.set_setting(session, key, 46, date(2024, 1, 1), actor, NOW)
    assert queries.setting_value(session, key, date(2021, 12, 31)) is None
    assert queries.setting_value(session, key, date(2023, 12, 31)) == 41
    assert queries.setting_value(session, key, date(2024, 1, 1)) == 46
    with pytest.raises(Invalid):
        services.set_setting(session, key, "banyak", DAY, actor, NOW)


def test_an_unset_setting_gives_the_default(session: Session, basics: None, actor: Actor) -> None:
    services.set_setting(session, "acknowledgement_owed_from", None, DAY, actor, NOW)
    assert queries.setting_value(session, "acknowledgement_owed_from", DAY, "2026-01-01") == "2026-01-01"


def test_a_rule_set_is_put_right_by_a_new_one_from_the_same_day(session: Session, basics: None, actor: Actor) -> None:
    limits = queries.limit_values(session, queries.rule_set_in_force(session, DAY))

    def add(name: str, days: int, source: str = "Peraturan") -> int:
        return services.add_rule_set(
            session,
            name=name,
            source=source,
            effective_from=DAY,
            limits={**limits, ("acknowledgement", ""): days},
            actor=actor,
            now=NOW,
        ).id

    slip = add("Aturan baru", 20)
    assert queries.rule_set_in_force(session, DAY) == slip
    mended = add("Aturan baru (perbaikan)", 2)
    assert queries.rule_set_in_force(session, DAY) == mended
    assert queries.rule_sets(session)[0].id == mended
    assert queries.limit_values(session, slip)["acknowledgement", ""] == 20
    assert queries.rule_set_in_force(session, DAY - timedelta(days=1)) not in {slip, mended}
    with pytest.raises(Invalid, match="365"):
        add("Nol", 0)
    with pytest.raises(Invalid, match="Dasar hukum"):
        add("Tanpa dasar", 2, source=" ")
    with pytest.raises(Invalid, match="sudah dipakai"):
        add("Aturan baru", 2)
