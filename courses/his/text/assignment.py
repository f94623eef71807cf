# ---
# jupyter: {jupytext: {text_representation: {extension: .py, format_name: percent}}}
# ---
