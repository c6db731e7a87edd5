"""Bookings as calendars read them, and busy time as calendars tell it."""
