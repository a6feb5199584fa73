"""Three years of complaints whose figures are known: 16, 33 and 49 on ten agencies, 37 / 32 / 25 in the last year.

In the last year three come in after 30 November and are not followed up, so January to November shows 46.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from lapor.agencies.models import Agency
from lapor.complaints.rules import ReportClass
from lapor.core.clock import at_local
from lapor.core.working_days import Calendar
from lapor.dispositions.rules import State
from tests.factories import Make


@dataclass(frozen=True)
class Agency2021:
    """Complaints of three years, and of the last one: followed up, finished, on time, median, after November."""

    slug: str
    counts: tuple[int, int, int]
    followed_up: int = 0
    finished: int = 0
    on_time: int = 0
    median: int | None = None
    december: int = 0


AGENCIES = (
    Agency2021("disdik", (3, 7, 12), 8, 6, 3, 9, 2),
    Agency2021("bmpr", (4, 4, 9), 6, 4, 2, 12, 1),
    Agency2021("dinkes", (2, 6, 7), 5, 4, 3, 8),
    Agency2021("bkd", (0, 0, 6), 6, 6, 6, 2),
    Agency2021("disnakertrans", (0, 3, 5), 5, 5, 5, 3),
    Agency2021("bpbd", (6, 3, 4), 4, 4, 4, 2),
    Agency2021("dinsos", (0, 9, 3), 2, 2, 1, 7),
    Agency2021("dishub", (0, 0, 2), 1, 1, 1, 6),
    Agency2021("dlh", (0, 1, 1)),
    Agency2021("bapenda", (1, 0, 0)),
)
OBLIGED = 41
CLASSES = (ReportClass.NON_SUPERVISORY, ReportClass.NON_SUPERVISORY, ReportClass.NON_SUPERVISORY)
CHANNELS = ("Website", "Android", "SMS", "Facebook")
_WEEKDAYS = Calendar()


def make_years(make: Make, obliged: int = OBLIGED) -> dict[str, Agency]:
    """The agencies by slug, with their complaints, and others that are obliged and never received one."""
    agencies = {row.slug: make.agency(row.slug) for row in AGENCIES}
    agencies["diskominfo"] = make.office()
    for number in range(obliged - len(agencies)):
        agencies[f"lain-{number}"] = make.agency(f"lain-{number:02d}")
    for agency in agencies.values():
        make.obliged(agency, 2021)
    for row in AGENCIES:
        for year, count in zip((2019, 2020, 2021), row.counts, strict=True):
            for index in range(count):
                _complaint(make, agencies[row.slug], row, year, index)
    make.session.flush()
    return agencies


def _complaint(make: Make, agency: Agency, row: Agency2021, year: int, index: int) -> None:
    late = year == 2021 and index >= row.counts[2] - row.december
    day = date(year, 12, 6 + index % 5) if late else date(year, 1, 11) + timedelta(days=24 * index)
    complaint = make.complaint(
        received_at=at_local(day, 9),
        report_class=CLASSES[index % len(CLASSES)],
        channel=CHANNELS[index % len(CHANNELS)],
        is_history=True,
        is_verified=True,
    )
    measured = year == 2021
    responded = _WEEKDAYS.add(day, row.median or 0) if measured and index < row.followed_up else None
    finished = None
    if measured and index < row.finished:
        finished = _WEEKDAYS.add(day, 13 if index < row.on_time else 25)
    state = State.FINISHED if finished else State.IN_PROGRESS if responded else State.WAITING
    make.disposition(
        complaint, agency, state=state, acknowledged_on=None, first_response_on=responded, finished_on=finished
    )
