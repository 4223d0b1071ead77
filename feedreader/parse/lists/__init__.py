"""What the lists of subscriptions of other feed readers share."""
