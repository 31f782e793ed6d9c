"""Creates the top account, Trade Account Owner and importer view in one transaction."""
