"""Whether people can apply now: facts gathered at one moment, judged by a pure function, shown as one line."""
