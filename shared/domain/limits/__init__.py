"""What limits strangers: how often something was counted, which limit that reaches, and what the answer is then.

A limit on what a stranger may know (a number, a name, an address) never refuses: it asks for a step-up, and in the end
gives the same answer for a match and a mismatch. Only limits of the visitor's own network refuse, for an hour at most.
"""
