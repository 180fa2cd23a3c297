"""The screens: one a task, and small ones that ask a question."""
