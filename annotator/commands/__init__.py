"""The commands, one module each; `annotator.cli` imports the one that is called."""
