"""From bytes on disk to Batches: streams, cutting, records, values, and the reasons for every refused row."""
