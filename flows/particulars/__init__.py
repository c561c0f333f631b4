"""What a page says of its article: its headline, its makers, its days."""
