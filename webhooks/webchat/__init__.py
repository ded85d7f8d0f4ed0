"""Web chat: the portal's own widget and a page that works without JavaScript."""
