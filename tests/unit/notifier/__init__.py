"""What the notifier writes and decides."""
