"""What the text formats share: blocks, labelled fields, columns, dates, lists of authors."""
