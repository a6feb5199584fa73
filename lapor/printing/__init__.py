"""Paper and spreadsheets: PDF, charts, xlsx and csv. No tables, no domain."""
