"""Files of importer records: their rows, the records that they become, and what else they say."""
