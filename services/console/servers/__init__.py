"""The servers that acectl talks to: connecting to each, and explaining failures in one line."""
