"""Reading, checking and loading files of importer records and portal users."""
