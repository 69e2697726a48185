"""Random networks as people write them: right ones, and with one line spoilt, wrong ones.

    python tests/mistakes/conventions.py [FIRST [LAST]]         what check makes of them: a table (seeds 0 to 299)
    python tests/mistakes/conventions.py --show SEED [wrong]    the text of one

`right(seed)` puts what `phrases` has for each line of the algorithm into one of the SHAPES of code. That right is right
and wrong is wrong, whatever purenn says of it, is shown in `test_conventions`, by finite differences.
"""
from __future__ import annotations

import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Tuple

from phrases import Maker, define

from purenn.mistakes.checking import CannotCheck, check

Lines = List[str]

BOOK = """
class {Net}:
    def __init__(self, {sizes}):
        {begin}

    def {forward}(self, {x}):
        {ahead}
        return {out}

    def {backward}(self, {x}, {y}):
        {ahead}
        {back}
        return {returned}

    def update_mini_batch(self, batch, {rate}):
        {sums}
        for {x}, {y} in batch:
            {returned} = self.{backward}({x}, {y})
            {add}
        {descent}

    def {train}(self, data, {epochs}, {size}, {rate}):
        for epoch in range({epochs}):
            random.shuffle(data)
            for k in range(0, {end}, {size}):
                self.update_mini_batch({part}, {rate})
                break  #if once
"""
CLASS = """
class {Net}:
    def __init__(self, {sizes}, {made_rate}):
        {begin}
        {lr} = {eta}  #if made_rate

    def {forward}(self, {x}):
        {ahead}
        return {out}

    def {backward}(self, {x}, {y}, {back_rate}):
        {again}
        {back}
        return {returned}  #if returned

    def {update}(self, {returned}, {rate}):  #no moves
        {descent}  #no moves

    {training}
"""
BY_FUNCTIONS = """
def {init}({sizes}):
    {params} = {}  #if entries
    {begin}
    return {own_names}


def {forward}({forward_takes}):
    {cache} = {}  #if entries
    {ahead}
    return {forward_gives}


def {backward}({backward_takes}):
    {grads_of} = {}  #if entries
    {back}
    return {grads}


def {update}({own_names}, {grads}, {rate}):
    {descent}
    return {own_names}


{training}
"""
SCRIPT = """
{begin}


def {forward}({x}):
    {ahead}
    return {out}


def {backward}({x}, {y}, {rate}):
    global {own_names}  #no loop
    {ahead}
    {back}


{training}
"""
CLOSURES = """
def {init}({sizes}):
    {begin}

    def {forward}({x}):
        {ahead}
        return {out}

    def {train}({x}, {y}, {rate}):
        nonlocal {own_names}  #no loop
        {ahead}
        {back}

    return {forward}, {train}
"""
LAYER = """
class {Layer}:
    def __init__(self, n_in, n_out):
        self.W = {W1}
        self.b = {b1}  #if own

    def forward(self, x):
        self.x = x
        self.z = {z}
        self.a = {a}
        return self.a

    def backward(self, {error}, {rate}):
        delta = {d}
        dW = {dW}
        db = {db}  #if own
        {steps_and_back}
        return back
"""
ITS_FUNCTION = """
class {Layer}:
    def forward(self, z):
        self.z = z
        self.a = {a}
        return self.a

    def backward(self, error, {rate}):
        return {d}
"""
LAYERS = """
class {Net}:
    def __init__(self, {sizes}):
        self.layers = [{parts}]

    def {forward}(self, {x}):
        for layer in self.layers:
            {x} = layer.forward({x})
        return {x}

    def {backward}(self, {x}, {y}, {rate}):
        out = self.{forward}({x})
        {hot}
        error = {error}
        for layer in reversed(self.layers):
            error = layer.backward(error, {rate})

    {training}
"""
NEURONS = """
class Neuron:  #if objects
    def __init__(self, n):  #if objects
        self.weights = [random.uniform(-1, 1) for _ in range(n)]  #if objects
        self.bias = 0.0  #if objects


def {init}({sizes}):
    return [{parts}]


def {forward}(net, {x}):
    for i, layer in enumerate(net):
        outputs = []
        for n in layer:
            n.z = sum(w * v for w, v in zip(n.weights, {x})) + n.bias
            n.out = {act}
            outputs.append(n.out)
        {x} = outputs
    return {x}


def {backward}(net, {y}):
    for n, t in zip(net[-1], {y}):
        n.delta = {d}
    for i in reversed(range(len(net) - 1)):
        for j, n in enumerate(net[i]):
            n.delta = {hidden_d}


def {update}(net, {x}, {rate}):
    for i, layer in enumerate(net):
        inputs = {x} if i == 0 else [p.out for p in net[i - 1]]
        for n in layer:
            for k in range(len(inputs)):
                n.weights[k] {sign}= {lr} * n.delta * inputs[k]
            n.bias {sign}= {lr} * n.delta  #no still


{training}
"""

INDEX_LOOPS = """
class {Net}:
    def __init__(self, {sizes}):
        self.sizes = [{all_sizes}]
        self.w = []
        self.b = []
        for l in range(len(self.sizes) - 1):
            self.w.append([[random.gauss(0, 1) for _ in range(self.sizes[l])] for _ in range(self.sizes[l + 1])])
            self.b.append([random.gauss(0, 1) for _ in range(self.sizes[l + 1])])

    def {forward}(self, {x}):
        self.z = []
        self.a = [{x}]
        for l in range(len(self.w)):
            z = []
            for j in range(len(self.w[l])):
                total = self.b[l][j]
                for i in range(len(self.a[l])):
                    total += self.w[l][j][i] * self.a[l][i]
                z.append(total)
            self.z.append(z)
            self.a.append([{act} for v in z])
        return self.a[-1]

    def {backward}(self, {x}, {y}, {rate}):
        out = self.{forward}({x})
        delta = []
        for j in range(len(out)):
            delta.append({d})
        for l in reversed(range(len(self.w))):
            back = [0.0] * len(self.a[l])
            for j in range(len(delta)):
                for i in range(len(self.a[l])):
                    back[i] += self.w[l][j][i] * delta[j]  #no early
                    self.w[l][j][i] {sign}= {lr} * delta[j] * self.a[l][i]
                    back[i] += self.w[l][j][i] * delta[j]  #if early
                self.b[l][j] {sign}= {lr} * delta[j]  #no still
            if l > 0:
                delta = [{hidden_d} for i in range(len(back))]

    {training}
"""


def book(g: Maker) -> Lines:
    """The book's class: the gradients of one example, summed over a mini-batch."""
    g.chosen.update(x="x", y="y")
    g.place("self.", loop=True)
    grads = sorted(g.gradients, reverse=True)       # of the weights, of the biases
    sums, size, eta = [name.replace("grads", "sum") for name in grads], g.size, ", eta" if g.rate else ""
    add = "{0}[i] = plus({0}[i], {1}[i], 1)" if g.plain else "{0}[i] = {0}[i] + {1}[i]"
    add = "{0}[i] = {1}[i]" if g.bad("update-last-example-only", True) else add
    zero = "plus(p, p, -1)" if g.plain else "np.zeros(p.shape)"
    end = f"len(data){f' - {size}' if g.bad('sgd-rest-dropped') else ''}"
    part = "" if g.bad("sgd-all-at-once") else f"[:{size}]" if g.bad("sgd-same-batch") else f"[k:k + {size}]"
    g.use.update(make=f"net = {g.Net}({g.make_with})", ahead=f"net.{g.forward}(x)",
                 step=f"net.update_mini_batch([(x, y)]{eta})", epoch=f"net.{g.train}(list(zip(X, Y)), 1, 2{eta})")
    return g.fill(BOOK, begin=g.begin(), ahead=g.ahead(), back=g.back(), end=end, part=f"data{part}",
                  returned=", ".join(g.gradients),
                  sums=[f"{s} = [{zero} for p in {name}]" for s, name in zip(sums, g.names)],
                  add=define(f"for i in range({g.depth}):", [add.format(*pair) for pair in zip(sums, grads)]),
                  descent=[line.replace("grads_", "sum_") for line in g.descent("len(batch)" if g.batch_mean else "")],
                  once=g.bad("sgd-one-batch-only"))


def a_class(g: Maker) -> Lines:
    """Parameters are attributes. Backward makes a step, or stores the gradients, or returns them."""
    own = "self."
    g.place(own, own if g.kept else "", own if g.kind == "stores" else "", loop=g.loops)
    moves, comma, made = g.kind in ("moves", "all in one"), f", {g.rate}" if g.rate else "", g.speed == "attribute"
    back = g.train if g.kind == "all in one" else g.backward
    inside = not g.kept or g.kind == "all in one" or g.shuffled             # backward goes forward itself
    returned = ", ".join(g.gradients) if g.kind == "returns" else ""
    step = "" if inside else f"self.{g.forward}(<x>)\n"
    step += f"{returned} = " if returned else ""
    step += f"self.{back}(<x>, <y>{comma if moves else ''})"
    step += "" if moves else f"\nself.{g.update}({', '.join(filter(None, [returned, g.rate]))})"
    training, ahead = [] if g.kind == "all in one" else g.training(step, "self"), g.ahead()
    g.use.update({key: "net." + text for key, text in g.use.items()})
    g.use.update(make=f"net = {g.Net}({', '.join(filter(None, [g.make_with, '0.1' if made else '']))})",
                 ahead=f"net.{g.forward}(x)", step=step)
    again = ([f"self.{g.forward}({g.x})"] if g.kept else ahead) if inside else []
    return g.fill(CLASS, begin=g.begin(), ahead=ahead, again=again, back=g.back(moves), backward=back, moves=moves,
                  returned=returned, descent=[] if moves else g.descent(), training=training,
                  made_rate=g.eta if made else "", back_rate=g.rate if moves else "")


def functions(g: Maker, entries: bool = False) -> Lines:
    """Functions that hand W1, b1, ... on, or lists of them, or dictionaries: of parameters, activations, gradients."""
    if entries:
        g.place(g.params, g.cache, g.grads_of, entries=True)
    else:
        g.place(loop=g.loops)
    own, grads = (g.params, g.grads_of) if entries else (", ".join(g.names), ", ".join(g.gradients))
    seen = [g.all[k] for k in "za"] if g.loop else [g.name(k, l) for l in g.layers for k in "za"]
    cache, back = g.cache if entries else ", ".join(seen), g.back()
    used = [name for name in g.names if re.search(rf"\b{name}\b", "\n".join(back))]
    needed = own if entries or g.loop else ", ".join(used)
    order = ["<x>", own] if g.first else [own, "<x>"]
    takes = [cache, needed, "<x>", "<y>"] if g.first or not entries else ["<x>", "<y>", needed, cache]
    gives = f"{g.out}, {cache}" if entries and g.grouped else cache
    kept = f"out, {cache}" if entries and g.grouped else cache
    last = "[0]" if gives != cache else f'["a{g.L}"]' if entries else "[-1][-1]" if g.loop else "[-1]"
    step = (f"{kept} = {g.forward}({', '.join(order)})\n{grads} = {g.backward}({', '.join(takes)})\n"
            f"{own} = {g.update}({', '.join(filter(None, [own, grads, g.rate]))})")
    training = g.training(step, "", f"{own} = {g.init}({g.sizes})", f"return {own}")
    g.use.update(make=f"{own} = {g.init}({g.make_with})", ahead=f"{g.forward}({', '.join(order)}){last}", step=step)

    def named(names: Lines) -> str:
        return ", ".join(names).replace("<x>", g.x).replace("<y>", g.y)
    return g.fill(BY_FUNCTIONS, entries=entries, begin=g.begin(), own_names=own, ahead=g.ahead(), forward_gives=gives,
                  forward_takes=named(order), back=back, backward_takes=named(takes), grads=grads, descent=g.descent(),
                  training=training)


def dictionaries(g: Maker) -> Lines:
    return functions(g, entries=True)


def script(g: Maker) -> Lines:
    """Parameters are globals."""
    g.place(loop=g.loops)
    step = f"{g.backward}(<x>, <y>{', ' if g.rate else ''}{g.rate})"
    g.use.update(make="", ahead=f"{g.forward}(x)", step=step)
    return g.fill(SCRIPT, begin=g.begin(), ahead=g.ahead(), back=g.back(True), own_names=", ".join(g.names),
                  training=g.training(step))


def closures(g: Maker) -> Lines:
    """A function makes the network and returns two others: one goes forward, one learns."""
    g.place(loop=g.loops)
    g.use.update(make=f"ask, learn = {g.init}({g.make_with})", ahead="ask(x)",
                 step=f"learn(x, y{', eta' if g.rate else ''})")
    lines = g.fill(CLOSURES, begin=g.begin(), ahead=g.ahead(), back=g.back(True), own_names=", ".join(g.names))
    cell = "learn.__closure__[learn.__code__.co_freevars.index('{}')].cell_contents"
    g.names = [cell.format(name) for name in g.names]
    return lines


def layers(g: Maker) -> Lines:
    """An object for each layer, with its function in it, or with another object for that."""
    g.place("self.", "self.")
    apart, comma = g.of_z, f", {g.rate}" if g.rate else ""

    def layer(name: str, a: str, d: str, error: str = "error") -> Lines:
        back, steps = [f"back = {g.through('self.W', 'delta')}"], g.move("self.W", "dW")
        steps += g.move("self.b", "db", bias=True) if g.own else []
        return g.fill(LAYER, Layer=name, W1=g.first_weights("n_in", "n_out"), b1=g.first_biases("n_out"), a=a, d=d,
                      z=g.affine("self.W", "x", "self.b"), error=error,
                      dW=g.of_weights("delta", "self.x", "", "self.x"),
                      db=g.of_biases("delta", "self.x") if g.own else "",
                      steps_and_back=steps + back if g.bad("bp2-updated-weights") else back + steps)
    z, a, n = "self.z", "self.a", g.n
    slope = g.prime(z, a, False)
    if apart:
        last = g.prime(z, a, True) if g.cost == "quadratic" else ""
        classes, error = [layer("Dense", z, "error")], g.delta("", "out", g.y, g.x, slope=False)
        classes += [g.fill(ITS_FUNCTION, Layer="Hidden", a=g.act("z", False), d=g.mul("error", slope)),
                    g.fill(ITS_FUNCTION, Layer="Output", a=g.act("z", True), d=g.mul("error", last))]
        parts = [f"Dense({n[l - 1]}, {n[l]}), {'Output' if l == g.L else 'Hidden'}()" for l in g.layers]
    else:
        classes, error = [layer("Hidden", g.act(z, False), g.mul("error", slope))], g.y
        classes.append(layer("Output", g.act(z, True), g.delta(z, a, "y", "self.x"), "y"))
        parts = [f"{'Output' if l == g.L else 'Hidden'}({n[l - 1]}, {n[l]})" for l in g.layers]
    step = f"self.{g.backward}(<x>, <y>{comma})"
    training = g.training(step, "self")
    g.use.update(make=f"net = {g.Net}({g.make_with})", ahead=f"net.{g.forward}(x)", step=step,
                 epoch="net." + g.use["epoch"])
    g.names = [f"net.layers[{i * (1 + apart)}].{key}" for i in range(g.L) for key in ("W", "b")[:1 + g.own]]
    hot = [line.replace("y_one_hot", g.y, 1) for line in g.one_hot(g.y, "out")]
    lines = [line for part in classes for line in [*part, "", ""]]
    return lines + g.fill(LAYERS, parts=", ".join(parts), hot=hot, error=error, training=training)


def neurons(g: Maker) -> Lines:
    """Every neuron is an object, or a dictionary."""
    objects = g.kept
    g.place()
    g.plain = False             # these are formulas for one number, not for lists
    act = [g.act("n.z", last) for last in (False, True)]
    error = g.scaled("2" if g.factor else "", g.miss("n.out", "t", g.upward != g.bad("bp1-sign")))
    delta = g.mul(error, g.prime("n.z", "n.out", True) if g.cost == "quadratic" else "")
    hidden = g.mul("sum(m.weights[j] * m.delta for m in net[i + 1])", g.prime("n.z", "n.out", False))
    g.plain = True
    weights = "[random.uniform(-1, 1) for _ in range({})]"
    one = "Neuron({})" if objects else '{{"weights": ' + weights + ', "bias": 0.0}}'
    step = f"{g.forward}(net, <x>)\n{g.backward}(net, <y>)\n{g.update}(net, <x>{', ' if g.rate else ''}{g.rate})"
    training = g.training(step, "net")
    g.use.update(make=f"net = {g.init}({g.make_with})", ahead=f"{g.forward}(net, x)", step=step)
    g.names = ["net"]
    parts = [f"[{one.format(g.n[l - 1])} for _ in range({g.n[l]})]" for l in g.layers]
    lines = g.fill(NEURONS, objects=objects, parts=", ".join(parts), d=delta, hidden_d=hidden, training=training,
                   act=act[0] if act[0] == act[1] else f"{act[0]} if i < len(net) - 1 else {act[1]}",
                   sign="+" if g.upward != g.bad("update-ascent") else "-", still=g.bad("update-bias-not-updated"))
    lines = [line.replace("np.", "math.") for line in lines]
    return lines if objects else [re.sub(r"\b([nmp])\.(weights|bias|z|out|delta)", r'\1["\2"]', line) for line in lines]


def index_loops(g: Maker) -> Lines:
    """A class in loops over indices; a weight is changed as soon as its error has gone back."""
    g.place()
    g.plain = False             # these are formulas for one number
    act = [g.act("v", last).replace("np.", "math.") for last in (False, True)]
    error = g.scaled("2" if g.factor else "", g.miss("out[j]", f"{g.y}[j]", g.upward != g.bad("bp1-sign")))
    delta = g.mul(error, g.prime("self.z[-1][j]", "out[j]", True) if g.cost == "quadratic" else "")
    hidden = g.mul("back[i]", g.prime("self.z[l - 1][i]", "self.a[l][i]", False))
    g.plain = True
    step = f"self.{g.backward}(<x>, <y>{', ' if g.rate else ''}{g.rate})"
    training = g.training(step, "self")
    g.use.update(make=f"net = {g.Net}({g.make_with})", ahead=f"net.{g.forward}(x)", step=step,
                 epoch="net." + g.use["epoch"])
    g.names = ["net.w", "net.b"]
    return g.fill(INDEX_LOOPS, all_sizes=", ".join(g.n), d=delta, hidden_d=hidden, training=training,
                  act=act[0] if act[0] == act[1] else f"{act[0]} if l < len(self.w) - 1 else {act[1]}",
                  sign="+" if g.upward != g.bad("update-ascent") else "-",
                  early=g.bad("bp2-updated-weights"), still=g.bad("update-bias-not-updated"))


SHAPES = [book, book, a_class, a_class, a_class, functions, functions, dictionaries, script, closures, layers, layers,
          neurons, index_loops]


def network(seed: int, spoil: str = "", at: int = 0) -> Maker:
    return Maker(seed, SHAPES, spoil, at)


def right(seed: int) -> str:
    """The text of a network that is right."""
    return network(seed).source


def spoilt(seed: int) -> Tuple[Maker, str]:
    """The network of this seed with one mistake, and the mistake's name."""
    rng, asked = random.Random(f"mistake {seed}"), network(seed).asked
    slug = rng.choice(sorted(asked))
    return network(seed, slug, rng.randrange(asked[slug])), slug


def wrong(seed: int) -> Tuple[str, str]:
    """The text of a network with one mistake, and the mistake's name."""
    g, slug = spoilt(seed)
    return g.source, slug


# -- what check says of them

SAME = [{"bp1-sign", "update-ascent", "update-weights-uphill"}, {"bp4-missing", "update-weights-not-updated"},
        {"bp2-scaled", "bp3-scaled", "bp4-scaled", "update-scaled"}, {"bp3-bias-missing", "update-bias-not-updated"},
        {"forward-wrong-activation", "bp1-wrong-function", "bp2-wrong-function", "forward-two-activations"},
        {"bp1-has-sigma-prime", "bp1-softmax-diagonal"}, {"bp4-no-sigma-prime", "bp2-output-slope-lost"},
        {"update-biases-by-sum", "update-weights-by-sum", "bp3-scaled", "update-scaled"},
        {"bp3-bias-summed", "bp3-bias-missing"}]        # δ of softmax sums to 0
"""Names that can describe the same numbers: where only a step is seen, where there are no biases."""


def verdict(text: str) -> str:
    """What check says of a file with this text: its slug, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.py")
        path.write_text(text, "utf-8")
        try:
            return check(str(path), seconds=30).slug
        except CannotCheck as reason:
            return "cannot: " + re.sub(r".*network.py: ", "", str(reason))


def judged(found: str, slug: str = "right") -> str:
    """How well a verdict does where `slug` is due."""
    if found.startswith("cannot"):
        return "cannot be judged"
    if found.startswith("right"):
        return found.split(":")[0] if slug == "right" else "CALLED RIGHT"
    if slug == "right" or found == "unknown":
        return "CALLED WRONG" if slug == "right" else "unknown"
    names = set(found.split(": ")[-1].split(" + "))
    if slug in names:
        return "by its name" + ", and others" * (len(names) > 1)
    alike = any(slug in same and names & same for same in SAME)
    return "by a name for the same numbers" if alike else "BY ANOTHER NAME"


def table(first: int, last: int) -> None:
    """Right ones and wrong ones: how many, and which are not as due."""
    for title in "right", "wrong":
        kinds: Dict[str, Lines] = {}
        for seed in range(first, last):
            text, slug = (right(seed), "right") if title == "right" else wrong(seed)
            found = verdict(text)
            kinds.setdefault(judged(found, slug), []).append(f"    {seed:3d} {slug:28s} {found[:160]}")
        for name, lines in sorted(kinds.items()):
            print(f"{len(lines):4d} {title} ones: {name}")
            print(*([] if name.startswith(("right", "by its name")) else lines), sep="\n", flush=True)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    if "--show" in sys.argv:
        print(wrong(numbers[0])[0] if "wrong" in sys.argv else right(numbers[0]))
    else:
        table(*(numbers if len(numbers) == 2 else [0, *numbers] if numbers else [0, 300]))
