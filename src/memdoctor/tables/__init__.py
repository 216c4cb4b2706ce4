"""A case as tables of columns: for SQL, and for Parquet files that other engines read."""
