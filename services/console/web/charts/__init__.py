"""Charts as SVG, made on the server: no script draws, and each has its figures in a table."""
