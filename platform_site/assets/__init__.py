"""Static files: under names that tell their content, compressed, answered without Django."""
