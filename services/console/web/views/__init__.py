"""What the console's pages look like."""
