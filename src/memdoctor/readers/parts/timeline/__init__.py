"""One heap over time as a person noted it: moments, sizes, headings, rows."""
