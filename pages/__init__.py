"""The screens. Modules here define functions only; pages/shell/main.py decides who gets which."""
