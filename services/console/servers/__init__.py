"""The servers that acectl talks to: how each is reached, and what keeps it from answering, in one line."""
