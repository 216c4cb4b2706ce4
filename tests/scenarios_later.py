from scenario_rows import Row
ROWS: tuple[Row, ...] = ()
