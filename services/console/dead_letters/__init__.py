"""Dead letters: selecting them, judging whether a replay can help, replaying and discarding them."""
