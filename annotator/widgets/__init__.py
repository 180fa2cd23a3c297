"""The parts of the screen: each shows one thing and tells what the user did to it."""
