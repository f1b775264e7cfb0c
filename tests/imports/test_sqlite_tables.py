"""Tables of SQLite databases, which may come from anyone. No server."""

import sqlite3
from contextlib import closing

import pytest

from imports.readers import database
from imports.readers.database import SqliteTable
from imports.readers.table import Batch, ReadOptions
from tests.imports.corpus.databases import cut
from tests.imports.refusals import assert_refused, refusal


@pytest.fixture
def make(tmp_path):
    """Writes a database of these statements and returns its path."""

    def write(*statements, name="a b#?.db"):
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        return path

    return write


def opened(path, table=""):
    return SqliteTable(path, ReadOptions(table=table))


def rows_of(path):
    return [row for batch in opened(path).batches() for row in batch.rows]


def test_the_only_table_is_read_with_its_columns_trimmed(make):
    path = make('CREATE TABLE "le""tters" (id, " date ", "")')

    understood = opened(path).understood

    assert understood.options == ReadOptions(kind="sqlite", table='le"tters')
    assert understood.columns == ["id", "date", "Column 3"]
    assert understood.choices == {}
    assert opened(path).close() is None


def test_of_several_tables_one_is_chosen(make):
    path = make("CREATE TABLE one (a)", "CREATE TABLE two (b)")

    understood = opened(path, "two").understood
    assert (understood.columns, understood.options.table) == (["b"], "two")
    assert understood.choices == {"table": ["one", "two"]}
    with refusal("several_tables", " 2 ", "one, two") as caught:
        opened(path)
    assert caught.value.choices == {"table": ["one", "two"]}
    with refusal("no_such_table", "'three'", "one, two") as caught:
        opened(path, "three")
    assert caught.value.choices == {}


def test_of_many_tables_twenty_are_named_and_a_thousand_offered(make):
    names = [f"t{n}_" for n in range(1_001)]
    path = make(*(f"CREATE TABLE {name} (a)" for name in names))

    with refusal("several_tables", "1001", "t0_, ", "t19_") as caught:
        opened(path)
    assert "t20_" not in caught.value.message
    assert caught.value.choices == {"table": names[:1_000]}
    with refusal("no_such_table", "t19_") as caught:
        opened(path, "x")
    assert "t20_" not in caught.value.message


@pytest.mark.parametrize(
    "statements",
    [(), ("CREATE VIEW v AS SELECT 1",), ("CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT)", "DROP TABLE a")],
)
def test_views_and_tables_of_the_database_itself_are_none(make, statements):
    path = make("CREATE TABLE kept (a)", "DROP TABLE kept", *statements)

    with refusal("no_rows"):
        opened(path)


def test_virtual_tables_are_none(make):
    with refusal("several_tables") as caught:
        opened(make("create virtual table words using fts5(a)"))

    assert "words" not in caught.value.choices["table"]
    assert set(caught.value.choices["table"]) > {"words_content"}


def test_cells_become_text(make):
    path = make(
        "CREATE TABLE t (a, b, c, d, e)",
        "INSERT INTO t VALUES (1, 2.5, 'é', x'00ff', NULL), ('', 1e300, CAST(x'fffe41' AS TEXT), x'', 0)",
    )

    assert rows_of(path) == [["1", "2.5", "é", "\\x00ff", ""], ["", "1e+300", "\ufffd\ufffdA", "\\x", "0"]]


def test_rows_come_in_batches_and_from_any_place(make):
    path = make("CREATE TABLE t (n)", "INSERT INTO t VALUES (10), (20), (30), (40), (50)")
    table = opened(path)

    batches = list(table.batches(2))
    assert batches == [
        Batch(1, [1, 2], [["10"], ["20"]], 0),
        Batch(3, [3, 4], [["30"], ["40"]], 0),
        Batch(5, [5], [["50"]], 0),
    ]
    assert list(table.batches(2, start=(0, 3, 9))) == batches[1:]
    assert list(table.batches(9, start=(7, 5, 1))) == [Batch(5, [5], [["50"]], 0)]
    assert [len(batch.rows) for batch in table.batches()] == [5]


def test_a_database_without_rows_gives_none(make):
    assert list(opened(make("CREATE TABLE t (n)")).batches()) == []


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 20)

    with refusal("broken_database") as caught:
        opened(tmp_path / "a.db")

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert_refused(caught.value, "broken_database", str(caught.value.__cause__))


def test_a_database_that_breaks_off_is_refused_while_it_is_read(tmp_path):
    cut(tmp_path / "a.db")

    with refusal("broken_database") as caught:
        rows_of(tmp_path / "a.db")

    assert isinstance(caught.value.__cause__, sqlite3.DatabaseError)


def test_a_cell_of_more_than_a_cell_may_hold_is_refused(make, monkeypatch):
    path = make("CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(5000))")
    assert rows_of(path) == [["\\x" + "00" * 5000]]
    monkeypatch.setattr(database, "MAX_CELL", 4000)

    with refusal("broken_database"):
        rows_of(path)


def test_reading_that_takes_too_long_is_ended(make, monkeypatch):
    path = make(
        "CREATE TABLE t (a)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000) INSERT INTO t SELECT i FROM n",
    )
    assert len(rows_of(path)) == 60_000
    table = opened(path)
    monkeypatch.setattr(database, "SECONDS", -61)

    with refusal("too_slow", "-2") as caught:
        list(table.batches())

    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_nothing_but_reading_is_allowed(make):
    """A computed column runs the functions of whoever made the file; the file itself is never written."""
    path = make("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    connection = opened(path)._connect()

    with closing(connection):
        for statement in ("DELETE FROM t", "ATTACH 'other.db' AS other", "PRAGMA user_version", "SELECT abs(a) FROM t"):
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                connection.execute(statement)
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
        connection.set_authorizer(None)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM t")


def test_files_beside_the_database_are_not_looked_at(make, tmp_path):
    """A database is read as it stands, without the journal of a program that wrote it."""
    path = make("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)", name="a.db")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO t VALUES (2)")
        writer.commit()

        assert rows_of(path) == [["1"]]
