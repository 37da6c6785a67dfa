"""Corpora from the network: what there is, fetching it in a way that can go on, and plain text.

A file is fetched into a cache (`download`, `store`), held against its checksum, unpacked and
cleaned while it is written (`unpack`, `text8`, `dump`). `catalog` knows what has a name.
"""
