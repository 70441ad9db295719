"""Tables in HTML: escaped, and free of colors."""

from xml.etree import ElementTree

from minigrad.notebook import html_table


def test_texts_are_escaped_and_lines_kept():
    page = html_table([["<b>&", "two\nlines"]], ["a<b", ""], title="1 < 2", notes=["x & y"])
    assert "<b>&" not in page.replace("<b>1", "")
    assert "&lt;b&gt;&amp;" in page
    assert "two<br>lines" in page
    assert "1 &lt; 2" in page
    assert "x &amp; y" in page


def test_it_is_well_formed():
    page = html_table([["a", 1], ["b", 2.5]], ["name", "value"], "title", ["note"])
    root = ElementTree.fromstring(page.replace("&nbsp;", " "))
    assert [cell.text for cell in root.iter("td")] == ["a", "1", "b", "2.5"]
    assert [cell.text for cell in root.iter("th")] == ["name", "value"]


def test_a_light_and_a_dark_page_keep_their_colors():
    page = html_table([["a"]], ["h"])
    assert "color:" not in page
    assert "background" not in page
