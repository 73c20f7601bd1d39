"""The pages beside the API: what people look at, drawn on the server."""
