"""Words of lists: statuses, due dates, views and next steps of each role."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor.complaints import labels as complaint_labels
from lapor.complaints.labels import status_view
from lapor.complaints.rules import Origin, ReportClass, ReportedParty, Status
from lapor.core.working_days import Calendar
from lapor.desk import labels as desk_labels
from lapor.desk.queries import Filters
from lapor.desk.rules import NextStep, Order, Row, View, default_order, next_step, views_of
from lapor.dispositions import labels
from lapor.dispositions.labels import due_view
from lapor.dispositions.rules import Part, ResponseKind, ResponseState, Stage, State, TimeLeft, Way, time_left
from lapor.policy import Role

THURSDAY = date(2022, 1, 6)
TONES = {"late", "soon", "info", "done", "plain"}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (complaint_labels.STATUS, Status),
        (complaint_labels.STATUS_SENTENCE, Status),
        (complaint_labels.ORIGIN, Origin),
        (complaint_labels.REPORTED_PARTY, ReportedParty),
        (complaint_labels.REPORT_CLASS, [*ReportClass, None]),
        (complaint_labels.REPORT_CLASS_SHORT, [*ReportClass, None]),
        (labels.STATE, State),
        (labels.PART, Part),
        (labels.STAGE, Stage),
        (labels.RESPONSE_KIND, ResponseKind),
        (labels.RESPONSE_STATE, ResponseState),
        (labels.WAY, Way),
        (desk_labels.VIEW, View),
        (desk_labels.ORDER, Order),
        (desk_labels.NEXT_STEP, NextStep),
    ],
)
def test_every_code_has_its_words(words: dict[object, object], codes: list[object]) -> None:
    assert set(words) == set(codes)
    assert all(str(word) for word in words.values())
    assert len({str(word) for word in words.values()}) == len(words)


def test_tones_are_shapes_that_exist() -> None:
    assert set(complaint_labels.STATUS_TONE) == set(Status)
    assert set(labels.STATE_TONE) == set(State)
    assert {*complaint_labels.STATUS_TONE.values(), *labels.STATE_TONE.values()} <= TONES


def test_sentences_name_what_is_known() -> None:
    known = status_view(Status.ACKNOWLEDGED, known_by="Kepala Pelaksana BPBD", known_on=THURSDAY)
    assert known.label == "Diketahui pimpinan"
    assert known.sentence.startswith("Diketahui oleh Kepala Pelaksana BPBD pada 6 Januari 2022.")
    assert status_view(Status.ON_HOLD, on_hold_since=THURSDAY).sentence.endswith("sejak 6 Januari 2022.")
    forwarded = status_view(Status.FORWARDED, forwarded_to="PLN", forwarded_on=THURSDAY).sentence
    assert forwarded == "Bukan kewenangan provinsi. Diteruskan ke PLN pada 6 Januari 2022."
    assert status_view(Status.ARCHIVED, archive_reason="Laporan ganda").sentence == (
        "Tidak ditindaklanjuti karena laporan ganda."
    )
    assert status_view(Status.ARCHIVED, archive_reason="NIK tidak sah.").sentence.endswith("karena NIK tidak sah.")
    assert status_view(Status.ARCHIVED).sentence == "Tidak ditindaklanjuti."


@pytest.mark.parametrize(
    ("left", "label", "tone"),
    [
        (TimeLeft(THURSDAY, 3), "Sisa 3 hari kerja", "info"),
        (TimeLeft(THURSDAY, 1), "Sisa 1 hari kerja", "soon"),
        (TimeLeft(THURSDAY, 0), "Jatuh tempo hari ini", "soon"),
        (TimeLeft(THURSDAY, -2), "Lewat 2 hari kerja", "late"),
        (TimeLeft(THURSDAY, -1200), "Lewat 1.200 hari kerja", "late"),
        (TimeLeft(THURSDAY, -2, is_paused=True), "Dihentikan sementara", "plain"),
        (TimeLeft(THURSDAY, 0, met_on=THURSDAY), "Selesai tepat waktu", "done"),
        (TimeLeft(THURSDAY, -4, met_on=date(2022, 1, 12)), "Selesai, lewat 4 hari kerja", "plain"),
    ],
)
def test_due_dates_in_words(left: TimeLeft, label: str, tone: str) -> None:
    view = due_view(left)
    assert (view.label, view.tone, view.date_text) == (label, tone, "6 Januari 2022")


@given(st.integers(-400, 400), st.booleans())
def test_late_is_said_exactly_after_the_day(offset: int, met: bool) -> None:
    day = THURSDAY + timedelta(days=offset)
    view = due_view(time_left(Calendar(), THURSDAY, day, met_on=day if met else None))
    assert view.tone in TONES
    assert ("ewat" in view.label) == (offset > 0)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_views_that_end_with_all(role: Role) -> None:
    views = views_of(frozenset({role}))
    assert views[-1] is View.ALL
    assert len(set(views)) == len(views)
    assert all(default_order(view) in Order for view in views)


def step(role: Role, status: Status, state: State | None = None, **more: bool) -> NextStep:
    """The next step of a running row."""
    facts = {"is_owed": False, "is_history": False, **more}
    return next_step(frozenset({role}), Row(status=status, state=state, **facts))


def test_next_steps_belong_to_whose_turn_it_is() -> None:
    assert step(Role.COORDINATOR, Status.RECEIVED) is NextStep.CHECK
    assert step(Role.COORDINATOR, Status.VERIFIED) is NextStep.DISPOSE
    assert step(Role.COORDINATOR, Status.RETURNED) is NextStep.REDIRECT
    assert step(Role.COORDINATOR, Status.FINISHED) is NextStep.CLOSE
    assert step(Role.COORDINATOR, Status.IN_PROGRESS) is NextStep.OPEN
    assert step(Role.COORDINATOR, Status.IN_PROGRESS, is_owed=True) is NextStep.REMIND
    assert step(Role.COORDINATOR, Status.CLOSED) is NextStep.OPEN
    assert step(Role.COORDINATOR, Status.RECEIVED, is_history=True) is NextStep.OPEN
    assert step(Role.SECRETARIAT, Status.RECEIVED) is NextStep.OPEN
    assert step(Role.INSPECTORATE, Status.RECEIVED) is NextStep.OPEN
    assert step(Role.INSPECTORATE, Status.RECEIVED, about_office=True) is NextStep.CHECK
    assert step(Role.OPERATOR, Status.DISPOSED, State.WAITING, is_owed=True) is NextStep.DRAFT
    assert step(Role.OPERATOR, Status.ACKNOWLEDGED, State.ACKNOWLEDGED) is NextStep.RESPOND
    assert step(Role.LIAISON, Status.IN_PROGRESS, State.IN_PROGRESS) is NextStep.COMPLETE
    assert step(Role.OPERATOR, Status.ON_HOLD, State.ACKNOWLEDGED) is NextStep.OPEN
    assert step(Role.HEAD, Status.DISPOSED, State.WAITING, is_owed=True) is NextStep.ACKNOWLEDGE
    assert step(Role.HEAD, Status.ACKNOWLEDGED, State.ACKNOWLEDGED) is NextStep.OPEN
    # who also oversees the province sees what other agencies' heads owe, without a state of his own
    assert step(Role.HEAD, Status.DISPOSED, is_owed=True) is NextStep.OPEN


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        ("9312044", "9312044"),
        (" #9312044 ", "9312044"),
        ("a-2026-000123", "A-2026-000123"),
        ("12345", None),
        ("12345678901", None),
        ("jalan 9312044", None),
        ("A-20X6-000123", None),
        ("", None),
    ],
)
def test_a_pasted_number_is_known_as_one(words: str, reference: str | None) -> None:
    assert Filters(words=words).reference == reference
