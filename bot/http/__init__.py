"""What the bot serves over HTTP: Slack's signed requests, health and metrics. One aiohttp server for all of it.

Others may add addresses of their own to `server.routes`; nothing here is served unless a port is set.
"""
