"""Who says "lane K has work": one asyncio loop beside SQLite, procrastinate on PostgreSQL."""
