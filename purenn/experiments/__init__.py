"""The experiments of chapters 1 to 5, in the order of the book."""
from __future__ import annotations

from typing import Dict

from . import (baselines, best_of_chapter_3, cross_entropy, dropout, early_stopping, expanded_data, first_weights,
               hidden_neurons, how_much_data, learning_rate, learning_slowdown, momentum, overfitting, regularization,
               same_seed, three_rates, two_layers, universal, vanishing_gradient)
from .book import Experiment

MODULES = (baselines, two_layers, hidden_neurons, learning_rate,
           learning_slowdown, cross_entropy, overfitting, regularization, same_seed, how_much_data,
           first_weights, best_of_chapter_3, three_rates, early_stopping, momentum, expanded_data, dropout,
           universal, vanishing_gradient)

EXPERIMENTS: Dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT._replace(text=module.__doc__) for module in MODULES}
"""Every experiment by its name."""
