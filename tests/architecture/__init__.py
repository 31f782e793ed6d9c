"""Rules for the code as a whole: imports, queues and their consumers, length and names of modules."""
