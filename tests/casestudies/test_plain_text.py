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
        ("  No tags, spaces around\n", "No tags, spaces around"),
        (
            "<H2>Title</H2>under it<table><tr><td>one</td><td>two</td></tr></table>after",
            "Title\nunder it\nonetwo\nafter",
        ),
        ("<p>Two\nlines\tand \u00a0 spaces</p>", "Two lines and spaces"),
        ("<ul><li> </li><li>kept</li></ul>", "- kept"),
        ("a<blockquote>b</blockquote>c<div>d</div>e", "a\nb\nc\nd\ne"),
        ("<head><title>Not shown</title></head><template>nor this</template>shown", "shown"),
        ("<style>a</style></style>shown<script>b</script>too", "showntoo"),
        ("<style><b>x</b></style><i>shown</i>", "shown"),
        ("only an entity &eacute; and &#8364;", "only an entity é and €"),
        ("a < b and <i>c</i> <", "a < b and c"),
    ],
)
def test_text_is_what_a_reader_would_see(html, text):
    assert plain_text(html) == text
