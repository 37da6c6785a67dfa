"""Corpora from the network: a catalog, downloads that can be resumed, and plain text.

A file is fetched into a cache (`download`, `store`), held against its checksum, unpacked and
cleaned while it is written (`unpack`, `text8`, `dump`). `catalog` knows what has a name.
"""
