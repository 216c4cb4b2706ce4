"""What the readers of PM2 share, and what memdoctor asks its daemon itself."""
