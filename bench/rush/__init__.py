"""A rush on an event: thousands of people, few seats, killed workers; then the count of what each of them was told.

``python -m bench.rush --profile S --database sqlite --seed 1 --kills`` holds one and prints the checker's figures.
"""
