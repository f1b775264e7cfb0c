"""HTML of platforms as plain paragraphs."""

import pytest

from casestudies.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("No tags, 3 < 4 & so on", "No tags, 3 < 4 & so on"),
        ("<p>One <b>bold</b> word.</p><p>Two.</p>", "One bold word.\nTwo."),
        ("<ul><li>first</li><li>second</li></ul>", "- first\n- second"),
        ("<p>Tom&nbsp;&amp;&#233;lan</p>", "Tom &élan"),
        ("<style>p { color: red }</style><p>Seen</p><script>alert(1)</script>", "Seen"),
        ("<p>Cut off <em>here</em> <a href=", "Cut off here"),
        ("<p>\n</p><p></p>", ""),
        ("a<br>b<br/>c", "a\nb\nc"),
    ],
)
def test_text_is_what_a_reader_would_see(html, text):
    assert plain_text(html) == text
