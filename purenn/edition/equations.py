"""The book's equations that the modules name, written as the modules write formulas.

Michael Nielsen numbers the equations of "Neural Networks and Deep Learning" from chapter to chapter; its pages have an
anchor for each.

>>> link("BP1")
'http://neuralnetworksanddeeplearning.com/chap2.html#eqtnBP1'
"""
from __future__ import annotations

from typing import Dict, Tuple

BOOK = "http://neuralnetworksanddeeplearning.com/chap{}.html"

EQUATIONS: Dict[str, Tuple[str, str]] = {
    "3": ("σ(z) = 1 / (1 + e⁻ᶻ)", "the sigmoid function"),
    "6": ("C = (1/2n)·Σₓ ‖y - a‖²", "the quadratic cost: half the squared distance, on average over all n examples"),
    "20": ("wₖ → wₖ′ = wₖ - (η/m)·Σⱼ ∂C/∂wₖ", "a step for each weight, over the m examples j of a mini-batch"),
    "21": ("bₗ → bₗ′ = bₗ - (η/m)·Σⱼ ∂C/∂bₗ", "the same for each bias"),
    "22": ("a′ = σ(w·a + b)", "from one layer to the next"),
    "23": ("aⱼˡ = σ(Σₖ wⱼₖˡ·aₖ + bⱼˡ)", "the same for one neuron j of layer l, over all neurons k of the layer before"),
    "25": ("aˡ = σ(wˡ·a + bˡ)", "the activations of layer l, from those of the layer before"),
    "27": ("C = ½·‖y - a‖²", "the quadratic cost of one example"),
    "63": ("C = -Σⱼ (yⱼ·ln aⱼ + (1 - yⱼ)·ln(1 - aⱼ))", "the cross-entropy of one example"),
    "78": ("aⱼ = exp(zⱼ) / Σₖ exp(zₖ)", "softmax"),
    "80": ("C = -ln aₖ", "the log-likelihood cost, where k is the right answer"),
    "85": ("C = C₀ + (λ/2n)·Σw²", "L2 regularisation: large weights cost something"),
    "87": ("C = C₀ + (λ/2n)·Σw²", "any cost C₀ with L2 regularisation"),
    "93": ("w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w", "a step with L2 regularisation"),
    "95": ("C = C₀ + (λ/n)·Σ |w|", "L1 regularisation"),
    "107": ("v → v′ = μ·v - η·∇C", "momentum: a step changes the velocity"),
    "108": ("w → w′ = w + v′", "and the velocity the weights"),
    "110": ("tanh(z) = (eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ)", "the hyperbolic tangent"),
    "BP1": ("δᴸ = ∇ₐC ⊙ σ′(zᴸ)", "the error of the output layer; ∇ₐC is the vector of all ∂C/∂aⱼ"),
    "BP2": ("δˡ = ((wˡ⁺¹)ᵀ·δˡ⁺¹) ⊙ σ′(zˡ)", "the error of a layer, from the weights and the error of the next"),
    "BP3": ("∂C/∂bⱼˡ = δⱼˡ", "the slope for each bias"),
    "BP4": ("∂C/∂wⱼₖˡ = aₖˡ⁻¹·δⱼˡ", "the slope for each weight, from neuron k to neuron j"),
}
"""By number: the equation, and what it is."""

LAST = {1: 22, 2: 53, 3: 112}
"""The last equation of each chapter that has one of these."""


def link(number: str) -> str:
    """Where the equation stands in the book."""
    chapter = 2 if number.startswith("BP") else next(k for k, last in LAST.items() if int(number) <= last)
    return f"{BOOK.format(chapter)}#eqtn{number}"
