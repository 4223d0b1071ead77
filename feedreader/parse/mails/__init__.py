"""What reading mails needs: their parts, out of MIME, and the digest that they hold."""
