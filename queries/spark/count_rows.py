"""Counts rows of Parquet files by conditions, for test_engines.py: count_rows.py ASKED.json COUNTS.json.

ASKED has for each file a list of conditions, COUNTS the numbers of rows in their order.
"""

import json
import pathlib
import sys

from pyspark.sql import SparkSession

asked = json.loads(pathlib.Path(sys.argv[1]).read_text())
spark = SparkSession.builder.getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
counts = {}
for file, conditions in asked.items():
    spark.read.parquet(file).createOrReplaceTempView("t")
    query = " UNION ALL ".join(f"SELECT {i} AS i, count(*) AS n FROM t WHERE {condition}" for i, condition in enumerate(conditions))
    counts[file] = [row.n for row in sorted(spark.sql(query).collect())]
pathlib.Path(sys.argv[2]).write_text(json.dumps(counts))
