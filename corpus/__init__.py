"""What has been said: reads, writes, checks, compares and publishes a corpus of annotated documents."""
