"""What a person sees at the terminal: steps, where everything is, and what happens in short lines."""
