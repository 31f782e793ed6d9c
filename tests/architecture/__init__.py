"""What holds for the code as a whole: who imports whom, who consumes what, how long and how named modules are."""
