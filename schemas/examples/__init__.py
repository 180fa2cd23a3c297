"""Schemas that show how one is written; each runs through every part of the product in the tests."""
