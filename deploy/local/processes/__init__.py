"""Programs that run side by side: their supervisor, and what ends or hands over a process."""
