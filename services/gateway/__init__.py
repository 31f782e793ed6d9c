"""The web form: takes what a person types, sends it on as commands and shows what became of it.

It holds no state but the person's own encrypted cookie, and no database credentials.
"""
