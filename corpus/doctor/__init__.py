"""What is wrong with a corpus's folder, and what could be done about each thing, one by one."""
