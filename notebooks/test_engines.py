"""Another engine, which prunes by the bounds of pages, finds the same rows in the lake as DuckDB."""

import datafusion
import duckdb
import pytest

SNAPSHOT = ["association_stats", "association_types", "associations", "coverage", "gaps", "id_alias", "object_types", "objects", "owners", "pipelines", "snapshot"]
AUDIT = ["check_results", "finding_changes", "findings", "judged_cells", "link_stats", "settings"]


@pytest.fixture(scope="module")
def tables(demo):
    """The folders of the tables of the newest snapshot and its audit, by name."""
    snapshot = max(demo.glob("lake/portal=*/snapshot=*"))
    audit = max(demo.glob("audits/portal=*/audit=*"))
    return {folder.name: folder for parent in (snapshot, audit) for folder in parent.iterdir() if folder.is_dir()}


def test_no_table_is_left_out(tables):
    assert sorted(tables) == sorted(SNAPSHOT + AUDIT)


def literals(db, column, kind):
    """Values of a column as SQL of both engines: the least, the largest, the most frequent, and some in between."""
    if kind.startswith("MAP") or kind.endswith("[]"):
        return []
    rows = db.execute(f"""
        SELECT DISTINCT value FROM (
            SELECT min({column}) AS value FROM t UNION ALL SELECT max({column}) FROM t
            UNION ALL (SELECT {column} FROM t USING SAMPLE reservoir(5 ROWS) REPEATABLE (1))
            UNION ALL SELECT mode({column}) FROM t)
        WHERE value IS NOT NULL""").fetchall()
    return [literal(kind, value) for (value,) in rows]


def literal(kind, value):
    if isinstance(value, (bool, int)) or kind.startswith("DECIMAL"):
        return str(value)
    text = "'" + str(value).replace("'", "''") + "'"
    return {"TIMESTAMP": f"TIMESTAMP {text}", "DOUBLE": f"CAST({text} AS DOUBLE)", "DATE": f"DATE {text}"}.get(kind, text)


@pytest.mark.parametrize("table", SNAPSHOT + AUDIT)
def test_every_column_of_every_table(tables, table):
    files = tables[table]
    config = datafusion.SessionConfig()
    for option in ("enable_page_index", "pruning", "pushdown_filters"):
        config = config.set(f"datafusion.execution.parquet.{option}", "true")
    other = datafusion.SessionContext(config)
    other.register_parquet("t", str(files))
    db = duckdb.connect()
    db.execute(f"CREATE VIEW t AS FROM read_parquet('{files}/*.parquet', hive_partitioning = false)")
    for name, kind in [row[:2] for row in db.execute("DESCRIBE t").fetchall()]:
        column = f'"{name}"'  # at is a word of SQL
        conditions = [f"{column} IS NULL", f"{column} IS NOT NULL"]
        values = literals(db, column, kind)
        for value in values:
            conditions += [f"{column} {operator} {value}" for operator in ("=", "<", ">=", "<>")]
        conditions += [f"{column} BETWEEN {low} AND {high}" for low in values for high in values]
        for condition in conditions:
            query = f"SELECT count(*) AS n FROM t WHERE {condition}"
            got = other.sql(query).to_pydict()["n"][0]
            assert got == db.execute(query).fetchone()[0], f"{table}: {condition}"
