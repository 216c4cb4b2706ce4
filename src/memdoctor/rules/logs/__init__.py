"""What logs tell of workers: crashes and their causes."""
