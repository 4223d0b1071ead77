"""What the formats of alert mails share: reading their HTML, finding real addresses, making entries."""
