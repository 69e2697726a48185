"""Before it shows, it asks: a reader first says what will happen, and then sees it, with the reason.

What is right is not written down here. It is computed while the book is made, by the code that the reader then sees.
"""
from __future__ import annotations

from html import escape
from typing import Any, Callable, Dict, NamedTuple, Sequence, Union

from .code import coloured
from .examples import outcome
from .prose import Prose

Right = Callable[[Dict[str, Any], str], Any]
"""What is right, from the names that the code has defined and what it printed: a number, or the index of a choice."""


class Question(NamedTuple):
    """What is asked, the choices (none: a number is asked for), the code that shows it, and why it is so."""

    asks: str
    choices: Sequence[str]
    code: str
    right: Right
    because: str
    tolerance: float = 0.01     # of a number, relative


def asked(question: Question, prose: Prose, name: str) -> str:
    """A question as HTML; what happens is folded away below it."""
    names: Dict[str, Any] = {"__name__": "__main__"}
    printed = outcome(question.code, names)
    right = question.right(names, printed)
    shown = (f'<div class="cell"><pre class="source">{coloured(question.code.rstrip())}</pre>'
             f'<pre class="out">{escape(printed.rstrip())}</pre></div>') if question.code else ""
    return judged(prose.set(question.asks), question.choices, right, question.tolerance, prose,
                  shown + prose.set(question.because), "Say it, and see", name)


def judged(asks: str, choices: Sequence[str], right: Union[int, float], tolerance: float, prose: Prose, answer: str,
           button: str, name: str) -> str:
    """A question, a place for the reader's answer, and the right one, folded away."""
    if choices:
        if not 0 <= right < len(choices):
            raise ValueError(f"{name}: the right choice is {right}, of {len(choices)}")
        places = "".join(f'<li><label><input type="radio" name="{name}" value="{k}"> {prose.line(choice)}</label></li>'
                         for k, choice in enumerate(choices))
        form, kind = f'<ol class="choices">{places}</ol>', f'data-right="{int(right)}"'
    else:
        form = f'<p><label>Your number <input type="text" inputmode="decimal" size="12" name="{name}"></label></p>'
        kind = f'data-number="{right!r}" data-tolerance="{tolerance}"'
    return (f'<section class="ask" {kind}>{asks}<form>{form}<p class="bar"><button hidden>{button}</button></p></form>'
            '<p class="judgement" role="status"></p>'
            f"<details><summary>The answer</summary>{answer}</details></section>")


def train(change: str = "", network: str = "Network([64, 30, 10], rng=Random(6))", eta: str = "3.0") -> str:
    """The three epochs of chapter 1, with a change."""
    return f"""from random import Random
from purenn import data
from purenn.network import Network
{change}
training_data, validation_data, test_data = data.load("digits")
net = {network}
net.SGD(training_data, 3, 10, {eta}, test_data=test_data)
"""


def last(printed: str) -> int:
    """How many are right after the last epoch."""
    return int(printed.strip().split("\n")[-1].split()[2])


def compared(names: Dict[str, Any], printed: str) -> int:
    """0 if it is better than the network of chapter 1 after three epochs, 1 if it is within 10 of its 213, or 2."""
    difference = last(printed) - 213
    return 1 if abs(difference) <= 10 else 0 if difference > 0 else 2


FORGETFUL = '''
class Forgetful(Network):
    """(BP2) without σ′ in the hidden layer."""

    def times_sigma_prime(self, l, nabla_a, a):
        return super().times_sigma_prime(l, nabla_a, a) if l == self.num_layers else nabla_a
'''

ZEROS = '''
class Blank(Network):
    """All weights and biases begin at 0."""

    def default_weight_initializer(self):
        super().default_weight_initializer()
        self.weights = [[[0.0] * len(row) for row in w] for w in self.weights]
        self.biases = [[0.0] * len(b) for b in self.biases]
'''

QUESTIONS: Dict[str, Question] = {
    "sigma-prime": Question(
        "Someone forgets σ′ in (BP2): the error of a hidden neuron is what comes back through the weights, whatever "
        "the slope of that neuron. Chapter 1's network reads 213 of 297 test images after three epochs. And this one?",
        ["more than 223", "between 203 and 223", "fewer than 203"],
        train(FORGETFUL, "Forgetful([64, 30, 10], rng=Random(6))"), compared,
        "It learns *faster*, and is wrong. Every σ′ is at most ¼, so without it each step of the hidden layer is at "
        "least four times as long, and at the start that helps. But it no longer follows the slope of the cost. That "
        "a network learns does not show that its backpropagation is right: this mistake has been published many "
        "times."),
    "zeros": Question(
        "All weights and biases begin at 0, and everything else stays as it is. Without chance in the way, does the "
        "network learn better?",
        ["more than 223 of 297", "between 203 and 223", "fewer than 203"],
        train(ZEROS, "Blank([64, 30, 10], rng=Random(6))"), compared,
        "All hidden neurons of a layer begin alike, get the same error by (BP2) and take the same step. They stay "
        "alike for ever: thirty neurons do the work of one. Random first weights are there to make neurons different."),
    "eta": Question(
        "The learning rate η is 3. Ten times as much makes each step ten times as long (20). After three epochs the "
        "network reads, instead of 213,",
        ["more than 223 of 297", "between 203 and 223", "fewer than 203"],
        train(eta="30.0"), compared,
        "A slope says which way is down and how steep it is *here*. A step that is too long leads to where the slope "
        "is another one; neurons are driven far from 0, where σ′ is almost nothing, and then δ is, too: they stay "
        "where they are."),
    "slope": Question(
        "σ′(z) is largest at z = 0. How large is it there?", [],
        "from purenn.network import Network\n\na = 0.5                 # σ(0)\nprint(a * (1 - a))\n",
        lambda names, printed: float(printed),
        "σ′ = σ·(1 - σ), which is ½·½ at 0 and smaller everywhere else. An error that goes back through ten layers is "
        "multiplied by ten such numbers."),
    "count": Question(
        "A network of 64 inputs, 30 hidden neurons and 10 outputs: how many weights and biases does it learn?", [],
        "from purenn.network import Network\n\nnet = Network([64, 30, 10])\n"
        "print(sum(len(row) for w in net.weights for row in w) + sum(len(b) for b in net.biases))\n",
        lambda names, printed: int(printed),
        "30 rows of 64 weights, 10 rows of 30, and a bias for each of 40 neurons: 1,920 + 300 + 40.", tolerance=0.0),
    "slowdown": Question(
        "An output is 0.999, and 0 is desired: it could not be more wrong. With the quadratic cost and a sigmoid, its "
        "error δ (BP1) is",
        ["almost 1, for it is almost 1 too high", "about ¼", "about a thousandth"],
        "a, y = 0.999, 0.0\nprint((a - y) * a * (1 - a))\n",
        lambda names, printed: 2 if float(printed) < 0.01 else 0,
        "δ = (a - y)·σ′, and σ′ = a·(1 - a) is 0.001. It learns a thousand times more slowly than it should. Chapter "
        "3 calls this the learning slowdown, and chooses a cost in which σ′ cancels."),
    "vanishing": Question(
        "Five hidden layers instead of one, freshly drawn. The error of the first of them is how long, beside that of "
        "the last?",
        ["longer", "about as long", "less than a tenth"],
        "from random import Random\nfrom purenn import data\nfrom purenn.metrics import gradient_sizes\n"
        "from purenn.network2 import Network\n\nexamples = data.load(\"digits\")[0][:200]\n"
        "net = Network([64, 30, 30, 30, 30, 30, 10], Random(6), cost=\"cross-entropy\", initializer=\"scaled\")\n"
        "sizes = gradient_sizes(net, examples)[:-1]\n"
        "print(*(f\"layer {l}: {size:.6f}\" for l, size in enumerate(sizes, 2)), sep=\"\\n\")\n",
        lambda names, printed: 2 if names["sizes"][0] < 0.1 * names["sizes"][-1] else 1,
        "Each layer back multiplies by σ′, at most ¼, and by weights that keep the length on average: by about a "
        "fifth in all. Chapter 5 calls it the vanishing gradient."),
    "zeros-in-images": Question(
        "Adding zero changes no sum. What share of an image's 64 pixels is 0, on average over the training images?",
        ["a tenth", "about half", "nine tenths"],
        "from purenn import data\n\nimages = [x for x, y in data.load(\"digits\")[0]]\n"
        "print(sum(list(x).count(0.0) for x in images) / sum(map(len, images)))\n",
        lambda names, printed: min(range(3), key=lambda k: abs(float(printed) - (0.1, 0.5, 0.9)[k])),
        "About half of these small ones; of MNIST's 784 pixels four fifths. All multiplications by them can be left "
        "out: `matvec` does."),
}
"""Questions by name."""
