"""Files of importer records and portal users: reading, checking, and loading them."""
