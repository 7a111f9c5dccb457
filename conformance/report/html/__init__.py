"""The report, the comparison and the matrix as HTML pages."""
