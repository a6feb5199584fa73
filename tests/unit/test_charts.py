"""Charts: well formed, titled, without inline style, in proportion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from lapor.printing.charts import Series, bar_chart, column_chart, line_chart

SVG = "{http://www.w3.org/2000/svg}"
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=50)
values = st.floats(min_value=0, max_value=10**7, allow_nan=False)


def parsed(chart: Markup) -> etree._Element:
    """The chart as XML, with what every chart keeps to."""
    root = etree.fromstring(str(chart))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title") is not None
    assert not root.xpath("//@style | //*[local-name()='script'] | //*[local-name()='style']")
    return root


def texts(root: etree._Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def heights(root: etree._Element, series: int) -> list[float]:
    return [
        float(rect.get("height", ""))
        for rect in root.iter(f"{SVG}rect")
        if rect.get("class") == f"chart-series-{series}"
    ]


@given(st.lists(st.tuples(words, values), max_size=15), words)
def test_any_words_and_values_give_a_bar_chart(rows: list[tuple[str, float]], title: str) -> None:
    parsed(bar_chart(title, [label for label, _ in rows], [value for _, value in rows]))


@given(
    st.integers(0, 24).flatmap(
        lambda size: st.lists(st.lists(st.none() | values, min_size=size, max_size=size), min_size=1, max_size=4)
    ),
    st.booleans(),
)
def test_any_series_give_columns_and_lines(columns: list[list[float | None]], stacked: bool) -> None:
    labels = [str(n) for n in range(len(columns[0]))]
    series = [Series(f"Seri {n}", item) for n, item in enumerate(columns)]
    parsed(column_chart("Judul", labels, series, stacked=stacked))
    parsed(line_chart("Judul", labels, series))


def test_columns_are_in_proportion_and_carry_their_numbers() -> None:
    root = parsed(column_chart("Aduan per tahun", ["2019", "2020", "2021"], [Series("Aduan", [16, 33, 49])]))
    first, _, last = heights(root, 1)
    assert last / first == pytest.approx(49 / 16, abs=0.05)
    assert {"16", "33", "49", "2019", "2021"} <= set(texts(root))


def test_two_series_have_a_legend_and_differ_without_colour() -> None:
    root = parsed(column_chart("Hasil", ["A"], [Series("Masuk", [4]), Series("Selesai", [2])]))
    assert {"Masuk", "Selesai"} <= set(texts(root))
    fills = {rect.get("fill") for rect in root.iter(f"{SVG}rect")}
    assert len(fills) == 2


def test_a_gap_breaks_the_line() -> None:
    root = parsed(line_chart("Bulan", list("abcde"), [Series("Aduan", [1, 2, None, 3, 4])]))
    assert len(list(root.iter(f"{SVG}polyline"))) == 2


def test_odd_words_are_escaped() -> None:
    root = parsed(bar_chart('<b>"A" & B', ["<script>alert(1)</script>"], [3]))
    assert root.find(f"{SVG}title").text == '<b>"A" & B'
    assert texts(root)[0] == "<script>alert(1)</script>"


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="one value per label"):
        column_chart("x", ["a", "b"], [Series("s", [1])])
    with pytest.raises(ValueError, match="at most 4"):
        column_chart("x", ["a"], [Series(str(n), [1]) for n in range(5)])
