"""A corpus as pages to look at: a static site without a server, without a request to anywhere else."""
