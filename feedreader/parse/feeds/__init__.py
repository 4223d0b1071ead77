"""What the feed formats share: XML, HTML, items, and two readers of RSS and Atom."""
