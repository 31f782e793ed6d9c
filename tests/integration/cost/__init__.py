"""What an application costs, in what repeats exactly: round trips, messages, bytes, memory. Not seconds."""
