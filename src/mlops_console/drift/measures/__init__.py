"""Statistics on one feature, one file each."""
