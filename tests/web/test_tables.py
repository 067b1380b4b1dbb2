"""Tables whose cells say which column they are in."""

from markupsafe import Markup

from app.web.tables import labelled
from tests.support.html import Page

ROWS = Markup(
    '<tr>\n<td class="line">9:00</td> <th scope="row">Ann &lt;b&gt;</th>\n'
    '<td>\n  </td><td><a href="/x">Go</a></td></tr>'
    "<tr><td>10:00</td><th>Bo</th><td>Hall</td><td></td></tr>"
)


def test_each_cell_has_the_words_of_its_column_and_its_role() -> None:
    page = Page(f"<main><table>{labelled(ROWS, ['Hours', 'Who', 'Where & how', 'What to do'])}</table></main>")
    cells = [(cell.get("role"), cell.get("data-label")) for cell in page.main.all("td")]
    columns = [("cell", "Hours"), ("cell", "Where & how"), ("cell", "What to do")]
    assert cells == columns * 2
    assert [head.get("role") for head in page.main.all("th")] == ["rowheader"] * 2
    assert [row.get("role") for row in page.main.all("tr")] == ["row"] * 2


def test_what_stands_in_cells_stays_as_it_was_and_blanks_go() -> None:
    rows = labelled(ROWS, ["Hours", "Who", "Where", "What to do"])
    assert "Ann &lt;b&gt;" in rows
    assert 'data-label="Where"></td>' in rows
    assert '<a href="/x">Go</a>' in rows
