"""The page: `render` makes HTML of answers, `app` is the Gradio page on FastAPI, `python -m ui` serves it."""
