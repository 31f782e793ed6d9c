"""What people see in the terminal: steps, where everything is, and short lines about events."""
