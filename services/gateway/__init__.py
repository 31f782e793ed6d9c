"""The web form: reads what people type, sends it to the workers as commands and shows the result.

Its only state is an encrypted cookie in each person's browser. It has no database credentials.
"""
