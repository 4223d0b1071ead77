"""What reading a thread of posts needs: the posts, and the papers they name and quote."""
