"""Foreign text: made safe, compared, named and shown. Pure."""
