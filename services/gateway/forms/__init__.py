"""What each page asks for: its fields, how to read them, and how to review the answers."""
