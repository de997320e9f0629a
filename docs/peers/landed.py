"""What each program has landed, read with DuckDB."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from portal import TYPES, Pair, Record


@dataclass
class Landed:
    live: set[Record]
    archived: set[Record]
    pairs: set[Pair]
    damaged: int  # pairs whose second id is not written as HubSpot's id
    edges: int  # rows that say which type an association has
    definitions: int  # association types that are described


def by_hubgraph(data: Path) -> Landed:
    """Read the DuckDB file of a crawl."""
    with duckdb.connect(str(data / "hubgraph.duckdb"), read_only=True) as db:
        def rows(query: str) -> list[tuple]:
            return db.execute(query).fetchall()

        links = rows("SELECT from_type, from_id, to_type, to_id FROM associations")
        return Landed(
            live=set(rows("SELECT object_type, object_id FROM objects WHERE seen AND NOT archived")),
            archived=set(rows("SELECT object_type, object_id FROM objects WHERE archived")),
            pairs={((a, b), (c, d)) for a, b, c, d in links},
            damaged=0,  # the columns are BIGINT
            edges=len(links),
            definitions=len(rows("FROM association_types")),
        )


def by_ingestr(folder: Path) -> Landed:
    """Read the Parquet files of ingestr, one for each type. A row has a column for
    each associated type: a list of ids in JSON, as text. An id that lost its digits
    to an exponent, such as 2.0000017745e+10, is taken for the number that it means
    and counted as damaged. A column without a value is not in the file."""
    landed = Landed(set(), set(), set(), 0, 0, 0)
    for start in TYPES:
        file = duckdb.read_parquet(str(folder / f"{start}.parquet"))
        state = "_archived_at IS NOT NULL" if "_archived_at" in file.columns else "FALSE"
        for record, archived in file.project(f"hs_object_id, {state}").fetchall():
            (landed.archived if archived else landed.live).add((start, int(record)))
        for end in set(TYPES) & set(file.columns):
            ids = f"hs_object_id, unnest(from_json({end}, '[{{\"{end}_id\": \"VARCHAR\"}}]')).{end}_id"
            for record, other in file.project(ids).fetchall():
                landed.pairs.add(((start, int(record)), (end, int(float(other)))))
                landed.damaged += not other.isdigit()
    return landed
