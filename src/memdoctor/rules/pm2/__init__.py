"""What PM2's numbers mean, and what it does to its apps."""
