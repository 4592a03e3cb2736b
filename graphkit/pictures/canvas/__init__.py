"""What pictures are drawn with: marks, scales, and the two ways onto paper and screen."""
