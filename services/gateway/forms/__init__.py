"""What each page asks for: its fields, how they are read, and how the answers look before they are submitted."""
