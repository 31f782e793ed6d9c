"""What strangers, files and other programs may send, at random: nothing fails, hangs, or takes quadratic time."""
