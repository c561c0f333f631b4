"""Files of many documents: JSON Lines, Parquet and WARC, streamed record by record.

A record is known by its place: the number of its line, row or WARC record, counted from 1. That makes an article's id a
function of what its file holds now, however often the file changed before; and a `source_record` can be looked up.
"""
