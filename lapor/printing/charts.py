"""Small charts as inline SVG: the same on a page and on paper, legible in black and white.

Each chart is one `<svg role="img">` with a `<title>`; everything is set by attributes (the content security
policy allows no inline style), so that print needs no stylesheet. On a page CSS may colour the classes
`chart-series-1` to `chart-series-4`; without it the series differ by greyness and hatching. A chart never
stands alone: the caller puts the same numbers beside it as a table.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from lapor.core.wording import number

WIDTH: Final = 560
_TEXT: Final = 14
_CHARACTER: Final = 7.6
_FILLS: Final = ("#2b2b2b", "#9a9a9a", "#e2e2e2", "#ffffff")
_DASHES: Final = ("", "7 4", "2 4", "10 4 2 4")
_MAX_LABEL: Final = 30


@dataclass(frozen=True)
class Series:
    """One named run of values; None is a gap (nothing was measured), not a zero."""

    name: str
    values: Sequence[float | None]


def bar_chart(title: str, labels: Sequence[str], values: Sequence[float], *, decimals: int = 0) -> Markup:
    """Horizontal bars, one per label, with the value behind each bar; for names that are long."""
    _check(labels, [Series("", values)])
    row, top = 26, 6
    left = min(_MAX_LABEL, max((len(label) for label in labels), default=0)) * _CHARACTER + 14
    room = WIDTH - left - 70
    largest = max([value for value in values if value > 0], default=1)
    parts = []
    for index, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = top + index * row
        length = max(0.0, value) / largest * room
        parts += [
            _text(left - 8, y + 16, _short(label), anchor="end"),
            _rect(left, y + 3, max(length, 0.5), row - 9, 0),
            _text(left + length + 6, y + 16, number(value, decimals)),
        ]
    height = top + len(labels) * row + 6
    parts.append(_line(left, top, left, height - 6))
    return _svg(title, height, parts)


def column_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    stacked: bool = False,
    decimals: int = 0,
) -> Markup:
    """Upright columns per label, side by side or ``stacked``; with more than one series a legend above."""
    _check(labels, series)
    frame = _Frame.of(labels, series, stacked=stacked)
    parts = [*_legend(series), *frame.grid(decimals), *frame.labels(labels)]
    step = frame.room / max(1, len(labels))
    for index in range(len(labels)):
        x = frame.left + index * step + step * 0.15
        if stacked:
            parts += _stack(frame, [item.values[index] for item in series], x, step * 0.7)
            continue
        width = step * 0.7 / max(1, len(series))
        for position, item in enumerate(series):
            value = item.values[index]
            if value is None:
                continue
            y = frame.y(value)
            parts.append(_rect(x + position * width, y, width * 0.92, frame.bottom - y, position))
            if width >= 18:
                middle = x + position * width + width * 0.46
                parts.append(_text(middle, y - 4, number(value, decimals), anchor="middle"))
    return _svg(title, frame.height, parts)


def line_chart(title: str, labels: Sequence[str], series: Sequence[Series], *, decimals: int = 0) -> Markup:
    """Lines over time (months); a gap in the values is a gap in the line."""
    _check(labels, series)
    frame = _Frame.of(labels, series, stacked=False)
    parts = [*_legend(series, lines=True), *frame.grid(decimals), *frame.labels(labels)]
    step = frame.room / max(1, len(labels))
    for position, item in enumerate(series):
        runs: list[list[tuple[float, float]]] = [[]]
        for index, value in enumerate(item.values):
            if value is None:
                runs.append([])
                continue
            runs[-1].append((frame.left + (index + 0.5) * step, frame.y(value)))
        for run in runs:
            if len(run) > 1:
                points = " ".join(f"{_n(x)},{_n(y)}" for x, y in run)
                parts.append(
                    Markup(
                        '<polyline class="chart-line-{}" points="{}" fill="none" stroke="{}" stroke-width="2"{}/>'
                    ).format(position % 4 + 1, points, _stroke(position), _dash(position))
                )
            parts += [_mark(x, y, position) for x, y in run]
    return _svg(title, frame.height, parts)


@dataclass(frozen=True)
class _Frame:
    """The drawing area of upright charts: where zero lies, how a value becomes a height."""

    left: float
    top: float
    bottom: float
    height: float
    largest: float
    step: float

    @property
    def room(self) -> float:
        return WIDTH - self.left - 8

    @classmethod
    def of(cls, labels: Sequence[str], series: Sequence[Series], *, stacked: bool) -> "_Frame":
        if stacked:
            sums = [sum(item.values[i] or 0 for item in series) for i in range(len(labels))]
            highest = max(sums, default=0)
        else:
            highest = max((v for item in series for v in item.values if v is not None), default=0)
        step = _round_step(highest)
        largest = max(step, math.ceil(highest / step) * step)
        left = max(36.0, (len(number(largest)) + 1) * _CHARACTER + 8)
        top = (40.0 if len(series) > 1 else 20.0) + 4
        return cls(left=left, top=top, bottom=top + 190, height=top + 218, largest=largest, step=step)

    def y(self, value: float) -> float:
        return self.bottom - max(0.0, value) / self.largest * (self.bottom - self.top)

    def grid(self, decimals: int) -> list[Markup]:
        parts = []
        lines = round(self.largest / self.step)
        small = 0 if self.step >= 1 else max(decimals, 1)
        for index in range(lines + 1):
            y = self.y(index * self.step)
            parts.append(_line(self.left, y, WIDTH - 8, y, faint=index > 0))
            parts.append(_text(self.left - 6, y + 4, number(index * self.step, small), anchor="end"))
        return parts

    def labels(self, labels: Sequence[str]) -> list[Markup]:
        step = self.room / max(1, len(labels))
        # Every n-th label where all of them would run into each other.
        widest = max((len(_short(label)) for label in labels), default=1) * _CHARACTER + 4
        every = max(1, math.ceil(widest / step))
        return [
            _text(self.left + (index + 0.5) * step, self.bottom + 18, _short(label), anchor="middle")
            for index, label in enumerate(labels)
            if index % every == 0
        ]


def _stack(frame: _Frame, values: Sequence[float | None], x: float, width: float) -> list[Markup]:
    parts, below = [], 0.0
    for position, value in enumerate(values):
        if not value:
            continue
        upper, lower = frame.y(below + value), frame.y(below)
        parts.append(_rect(x, upper, width, lower - upper, position))
        below += value
    if below:
        parts.append(_text(x + width / 2, frame.y(below) - 4, number(below), anchor="middle"))
    return parts


def _round_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides the axis into at most five parts."""
    if highest <= 0:
        return 1
    power: float = 10.0 ** math.floor(math.log10(highest / 5)) if highest > 5 else 1
    return next(power * factor for factor in (1, 2, 5, 10) if highest / (power * factor) <= 5)


def _check(labels: Sequence[str], series: Sequence[Series]) -> None:
    if any(len(item.values) != len(labels) for item in series):
        raise ValueError("each series needs one value per label")
    if len(series) > len(_FILLS):
        raise ValueError(f"at most {len(_FILLS)} series can be told apart in black and white")


def _short(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else label[: _MAX_LABEL - 1].rstrip() + "…"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _stroke(position: int) -> str:
    return ("#2b2b2b", "#6b6b6b", "#2b2b2b", "#6b6b6b")[position % 4]


def _dash(position: int) -> Markup:
    dash = _DASHES[position % 4]
    return Markup(' stroke-dasharray="{}"').format(dash) if dash else Markup("")


def _rect(x: float, y: float, width: float, height: float, position: int) -> Markup:
    return Markup(
        '<rect class="chart-series-{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#2b2b2b" '
        'stroke-width="0.8"/>'
    ).format(position % 4 + 1, _n(x), _n(y), _n(width), _n(max(height, 0)), _FILLS[position % 4])


def _line(x1: float, y1: float, x2: float, y2: float, *, faint: bool = False) -> Markup:
    return Markup('<line class="chart-grid" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>').format(
        _n(x1), _n(y1), _n(x2), _n(y2), "#c8c8c8" if faint else "#2b2b2b", "0.6" if faint else "1"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> Markup:
    return Markup(
        '<text class="chart-text" x="{}" y="{}" font-size="{}" text-anchor="{}" fill="#1a1a1a">{}</text>'
    ).format(_n(x), _n(y), _TEXT, anchor, words)


def _mark(x: float, y: float, position: int) -> Markup:
    """A point of a line; each series has its own shape so that lines stay apart without colour."""
    number_ = position % 4
    if number_ in {0, 2}:
        fill = _stroke(position) if number_ == 0 else "#ffffff"
        return Markup('<circle class="chart-line-{}" cx="{}" cy="{}" r="3.4" fill="{}" stroke="{}"/>').format(
            number_ + 1, _n(x), _n(y), fill, _stroke(position)
        )
    fill = _stroke(position) if number_ == 1 else "#ffffff"
    return Markup(
        '<rect class="chart-line-{}" x="{}" y="{}" width="6.4" height="6.4" fill="{}" stroke="{}"/>'
    ).format(number_ + 1, _n(x - 3.2), _n(y - 3.2), fill, _stroke(position))


def _legend(series: Sequence[Series], *, lines: bool = False) -> list[Markup]:
    if len(series) < 2:
        return []
    parts, x = [], 8.0
    for position, item in enumerate(series):
        if lines:
            parts.append(
                Markup(
                    '<line class="chart-line-{}" x1="{}" y1="12" x2="{}" y2="12" stroke="{}" stroke-width="2"{}/>'
                ).format(position % 4 + 1, _n(x), _n(x + 24), _stroke(position), _dash(position))
            )
            parts.append(_mark(x + 12, 12, position))
        else:
            parts.append(_rect(x, 6, 18, 12, position))
        parts.append(_text(x + (30 if lines else 24), 16, item.name))
        x += (30 if lines else 24) + len(item.name) * _CHARACTER + 22
    return parts


def _svg(title: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {0} {1}" width="{0}" '
        'height="{1}" font-family="Lapor Arial, sans-serif"><title>{2}</title>{3}</svg>'
    ).format(WIDTH, _n(height), escape(title), Markup("").join(parts))
