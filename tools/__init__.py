"""Developer tools that generate documents and previews. The product never imports them."""
