"""Who is there: logins, sessions, and what slows guessing."""
