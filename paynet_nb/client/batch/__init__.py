"""Many calls at once: a table of requests in, the same table with the answers out.

Workers in other processes import `elsewhere` alone, so nothing is imported here.
"""
