"""The LAC network (Baidu, Apache-2.0) for Chinese words, names, places and organisations."""
