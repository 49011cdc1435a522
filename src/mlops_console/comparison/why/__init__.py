"""Why runs come out as they do: figures and curves of metrics, importance of params, trends, what is near."""
