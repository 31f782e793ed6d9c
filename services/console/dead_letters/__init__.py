"""Dead letters: taking them out of their queues, judging what a replay can help, sending back and throwing away."""
