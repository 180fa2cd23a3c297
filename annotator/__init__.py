"""How it is said: the command line, the session at a document, and the terminal app."""
