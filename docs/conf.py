"""How Sphinx builds the site; `docs/build.py` runs it."""

project = "paynet_nb"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "alabaster"
html_static_path = ["_static"]
html_theme_options = {"page_width": "1100px"}
# The lessons come with their outputs.
nb_execution_mode = "off"
myst_heading_anchors = 3
napoleon_use_ivar = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
