"""The same work in other task queues, as their users would write it, to compare with."""
