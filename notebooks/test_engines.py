"""Another engine, which prunes by the bounds of pages, finds the same rows in the lake as DuckDB."""

import datafusion
import duckdb
import pytest

TABLES = ["objects", "associations", "association_types", "association_stats", "coverage", "gaps", "id_alias", "pipelines", "object_types", "snapshot"]


@pytest.fixture(scope="module")
def lake(demo):
    """The newest snapshot of the demo's lake."""
    return max(demo.glob("lake/portal=*/snapshot=*"))


def literals(db, table, column):
    """Values of a column as SQL: the least, the largest, and some in between."""
    kind = db.execute(f"SELECT typeof({column}) FROM t LIMIT 1").fetchone()
    if kind is None or kind[0].startswith("MAP"):
        return []
    rows = db.execute(f"""
        SELECT DISTINCT value FROM (
            SELECT min({column}) AS value FROM t UNION ALL SELECT max({column}) FROM t
            UNION ALL (SELECT {column} FROM t USING SAMPLE reservoir(5 ROWS) REPEATABLE (1))
            UNION ALL SELECT mode({column}) FROM t)
        WHERE value IS NOT NULL""").fetchall()
    return [literal(kind[0], value) for (value,) in rows]


def literal(kind, value):
    """A value as SQL of both engines."""
    if isinstance(value, (bool, int)) or kind.startswith("DECIMAL"):
        return str(value)
    text = "'" + str(value).replace("'", "''") + "'"
    return {"TIMESTAMP": f"TIMESTAMP {text}", "DOUBLE": f"CAST({text} AS DOUBLE)"}.get(kind, text)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table(lake, table):
    files = lake / table
    config = datafusion.SessionConfig().set("datafusion.execution.parquet.enable_page_index", "true").set("datafusion.execution.parquet.pushdown_filters", "true")
    other = datafusion.SessionContext(config)
    other.register_parquet("t", str(files))
    db = duckdb.connect()
    db.execute(f"CREATE VIEW t AS FROM read_parquet('{files}/*.parquet', hive_partitioning = false)")
    columns = [row[0] for row in db.execute("DESCRIBE t").fetchall()]
    compared = 0
    for column in columns:
        conditions = [f"{column} IS NULL", f"{column} IS NOT NULL"]
        for value in literals(db, table, column):
            conditions += [f"{column} {operator} {value}" for operator in ("=", "<", ">=", "<>")]
        for condition in conditions:
            query = f"SELECT count(*) AS n FROM t WHERE {condition}"
            got = other.sql(query).to_pydict()["n"][0]
            assert got == db.execute(query).fetchone()[0], f"{table}: {condition}"
            compared += 1
    assert compared >= 2 * len(columns)
