"""Colours and fonts that Gradio paints with."""

from __future__ import annotations

import gradio as gr


def theme() -> gr.themes.Base:
    """Colours are the variables of page.css; only the page's ground is named here, since it is painted before that."""
    sans = ["PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "system-ui", "sans-serif"]
    colours = {
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--faint)",
        "background_fill_primary": "var(--sheet)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--rule)",
        "input_background_fill": "var(--sheet)",
        "input_border_color": "var(--edge)",
        "input_border_color_focus": "var(--link)",
        "input_placeholder_color": "var(--faint)",
        "button_primary_background_fill": "var(--seal)",
        "button_primary_background_fill_hover": "var(--seal-deep)",
        "button_primary_text_color": "var(--on-seal)",
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": "var(--rule)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--edge)",
        "button_cancel_background_fill": "transparent",
        "button_cancel_background_fill_hover": "var(--rule)",
        "button_cancel_text_color": "var(--alarm)",
        "button_cancel_border_color": "var(--alarm)",
        "link_text_color": "var(--link)",
    }
    both = {f"{name}{mode}": value for name, value in colours.items() for mode in ("", "_dark")}
    base = gr.themes.Base(font=sans, font_mono=["ui-monospace", "Consolas", "monospace"])
    return base.set(body_background_fill="#f5f3ee", body_background_fill_dark="#15181c", **both)
