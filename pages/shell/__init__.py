"""The frame around every screen: sign-in, navigation, routes, headers."""
