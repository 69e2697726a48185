"""How somebody's functions want to be called: what each parameter stands for.

Names say what is likely, and no more: `entree`, `p` and `wish` say nothing, `A` may be an output or an input. So there
are several ways to hand over what is at hand, the likeliest first, and whoever looks for an effect (arrays like the
parameters, say) tries them until it is there.

>>> def update(weights, dW, alpha, verbose=False): return weights - alpha * dW
>>> given = {"params": 2.0, "eta": 0.5, "=dW": 1.0}
>>> ways = list(assignments(update, given))
>>> ways[0]
(('weights', 'params'), ('dW', '=dW'), ('alpha', 'eta'))
>>> call(update, ways[0], given)
1.5
"""
from __future__ import annotations

import builtins
import dis
import inspect
import re
from itertools import islice, permutations
from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, Set, Tuple

Arguments = Tuple[Tuple[str, str], ...]
"""Each parameter with what it is given: a role, or "=W1", what somebody called W1. A parameter is handed over by its
position, or by its name if a = follows."""

_ROLES = {
    "eta": r"eta|lr|l_?rate|alpha|rate|learn(ing)?_?rate|step_?size|lr_?rate|step|speed|pas|paso|passo|"
           r"schritt(weite)?|lernrate|tau?x(_\w+)?|tas[as](_\w+)?|tasso\w*",
    "lmbda": r"lmbda|lambda_?|lmbd|lambd|lam|reg(_lambda|_strength|ularization)?|l2(_reg|_lambda)?|weight_decay|decay",
    "mu": r"mu|momentum|beta",
    "n": r"n|n_total|n_train|n_data|n_samples|total",
    "epochs": r"(n_?|num_?|max_?)?(epochs?|iter(ation)?s?|steps|n_epoch|rounds?|times|repetitions|sweeps|"
              r"\w*_(epochs|iter(ation)?s|rounds)|passes|loops|tours|tours_de_boucle|[eé]poques|"
              r"[eé]pocas|epochen|epoche|epoker|repeticiones|vueltas|"
              r"iteraciones|runden|durchl[aä]e?ufe|durchg[aä]e?nge|wiederholungen|giri|iterazioni)",
    "size": r"(mini_?)?batch_?size|size|mini_?batch_?len|bs|b_?size",
    "batch": r"(mini_?)?batch(es)?|training_(data|set|examples)|train_(data|set)|data(set)?|examples|samples|pairs|"
             r"training|train|trainset|test_data|test(ing)?_(data|set)|test|minibatch|table",
    "x": r"x|a|xs|x_?(i|j|n|in|train|batch|data|test|vec|input|sample|mini)\w*|train_?x|(train(ing)?_|test_)?inputs?"
         r"(_?(list|data|array|vector|layer|values|batch|s))?|features?|sample|row|image|images|img|pixels|a0|pattern|"
         r"train(ing)?_images|x0|in_?vec|signal|entr[eé]es?|entradas?|eingabe\w*|stimulus",
    "y": r"y|t|ys|ts|y_?(i|j|n|true|train|batch|data|test|vec|real|target|onehot|one_hot|mini|label)\w*|train_?y|tgt|"
         r"(training_|train_|test_)?(targets?|labels?|outputs?|answers?)(_?(list|data|array|vector|values|s))?|truth|"
         r"expected(_\w+)?|desired(_\w+)?|true(_\w+)?|actual|correct|d|ground_truth|train(ing)?_labels|one_?hot(_y)?|"
         r"goal|wish|soll|ziele?|cibles?|objetivos?|salidas?_esperadas?",
    "out": r"o|out|outputs?|output_activations|a_?l|y_?hat|y_?pred(icted)?|pred(iction)?s?|predicted|probs?|scores|"
           r"result|activation|net_out(put)?|guess|yh|y_|h|a[_\d]*|p|\w*_pred\w*|\w*_hat|outputs?_\w+",
    "cache": r"caches?|memory|mem|ctx|activations|forward\w*|store|history|zs|intermediates?|layer_outputs|cache_dict|"
             r"tape|trail|c",
    "grads": r"grads?|gradients?|g|d_?params|deltas|nablas?|derivatives|updates?|derivs?|gradient_?\w*",
    "params": r"param(eter)?s?|model|weights?|net(work)?|theta|w|ws|layers|nn|params_values|wb|p|red|netz|reseau|brain",
    "loss_prime": r"(loss|cost|error|mse|err)_?(prime|deriv(ative)?|grad(ient)?|d)|d_?(loss|cost|error|mse)|grad_loss",
    "loss": r"loss(_?(function|fn|f))?|cost(_?(function|fn|f))?|error(_?(function|fn|f))?|criterion|mse|err_?fn",
    "n_out": r"n_?outputs?|num_?outputs?|num_?classes|n_?classes|k|output_size|classes",
    "m": r"m|num_examples|n_examples|batch_m",
    "none": r"verbose|print\w*|log\w*|plot\w*|debug|callback\w*|monitor\w*|evaluation_data|x_?val\w*|y_?val\w*|val\w*|"
            r"early\w*|seed|rng|dropout\w*|keep_prob|silent|report\w*|show\w*",
}
ROLES = {role: re.compile(pattern, re.I) for role, pattern in _ROLES.items()}

HYPER = {"eta", "lmbda", "mu", "n", "epochs", "size", "m", "n_out", "none", "params"}
"""Roles that are no examples, and nothing that was computed from them."""

_LEFT_ALONE = {"n_out", "m", "out", "cache", "params", "loss", "loss_prime", "grads"}
"""What is not given to a parameter that has a default."""

_ORDER = ("params", "grads", "batch", "cache", "out", "x", "y", "eta")
"""What may be meant by a parameter whose name says nothing, in the order in which people mostly have them."""

_SPECIAL = re.compile(r"hid|neuron|unit|layer|class|size|batch|seed|every|eps|tol|thr|drop|slope|leak|clip|rho|scale|"
                      r"std|sigma|noise|keep|split|(^|_)ratio|frac|patien|max_?norm|gamma|temp", re.I)
"""In the names of parameters that are neither a number of epochs nor a learning rate."""


_KNOWN: Dict[Any, Any] = {}


def _once(what: str, function: Any, find: Callable[[Any], Any]) -> Any:
    """What is found of a function, which is asked for often and does not change; for a method, of its class's."""
    try:
        key = what, getattr(function, "__func__", function), inspect.ismethod(function)
        if key not in _KNOWN:
            _KNOWN[key] = find(function)
        return _KNOWN[key]
    except TypeError:               # it cannot be hashed
        return find(function)


def parameters(function: Any) -> List[inspect.Parameter]:
    """The parameters of a function, but for *args and **kwargs; none for one that does not tell."""
    return _once("parameters", function, _parameters)   # type: ignore[no-any-return]


def _parameters(function: Any) -> List[inspect.Parameter]:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY, p.POSITIONAL_ONLY)]


def required(function: Any) -> List[str]:
    """The names of the parameters that have no default."""
    return [p.name for p in parameters(function) if p.default is p.empty]


def roles_of(name: str) -> List[str]:
    """What a parameter of this name may stand for, the likeliest first."""
    name = name.strip("_") or name
    return [role for role, pattern in ROLES.items() if pattern.fullmatch(name)]


def parts(function: Any) -> Dict[str, List[str]]:
    """What each parameter of a function may stand for: by its name; or an int above 1 that is a range for a number of
    epochs, and a float from 0 to 1 for a learning rate, where no other has such a name."""
    return _once("parts", function, _parts)     # type: ignore[no-any-return]


def _parts(function: Any) -> Dict[str, List[str]]:
    found = {p.name: roles_of(p.name) for p in parameters(function)}
    for p in parameters(function):
        if found[p.name] or _SPECIAL.search(p.name):
            continue
        counted = _counts(function, p.name)
        if counted and (type(p.default) is int and p.default > 1 or p.default is p.empty) and ["epochs"] not in (
                found.values()):
            found[p.name] = ["epochs"]
        elif type(p.default) is float and 0 < p.default < 1 and not any("eta" in roles for roles in found.values()):
            found[p.name] = ["eta"]
    return found


def _instructions(function: Any) -> List[dis.Instruction]:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return list(dis.get_instructions(code)) if code else []


def _counts(function: Any, name: str) -> bool:
    """Whether a function goes through range(name)."""
    loaded = [line.argval for line in _instructions(function) if line.opname.startswith("LOAD")]
    return any(one == "range" and name in loaded[k + 1:k + 3] for k, one in enumerate(loaded))


def undefined(function: Any, names: Collection[str]) -> List[str]:
    """The global names that a function reads and nobody has defined."""
    return [line.argval for line in _instructions(function) if line.opname in ("LOAD_GLOBAL", "LOAD_NAME")
            and line.argval not in names and not hasattr(builtins, line.argval)]


def data_of(function: Any) -> List[str]:
    """The required parameters that are no hyper-parameters: one of them is a mini-batch of pairs, two are x and y."""
    return [name for name in required(function) if not set(roles_of(name)[:1]) & HYPER]


def takes(function: Any, role: str) -> bool:
    """Whether a function has a place for this."""
    return any(role in roles for roles in parts(function).values())


def assignments(function: Any, given: Mapping[str, Any], most: int = 150) -> Iterator[Arguments]:
    """The ways to hand over what is given, the likeliest first: parameters by their names; those whose names say
    nothing by their position; then whatever is left for them; at last with no belief in names that have two
    meanings."""
    chosen = _by_name(function, given)
    seen: Set[Arguments] = set()
    clear = {name: source for name, source in chosen.items()
             if source[:1] == "=" or source not in _ORDER or len(roles_of(name)) == 1 and (
                 len(name) > 1 or name in "xyXY")}
    needed = required(function)
    for known in (chosen, clear):
        names = [name for name in needed if name not in known]
        left = [role for role in _ORDER if role in given and role not in known.values()]
        for some in islice(_fillings(names, left), most):
            way = {**known, **some}
            found = tuple((p.name + "=" * (p.kind is p.KEYWORD_ONLY or p.default is not p.empty), way[p.name])
                          for p in parameters(function) if p.name in way)
            if found not in seen:
                seen.add(found)
                yield found


def _by_name(function: Any, given: Mapping[str, Any]) -> Dict[str, str]:
    """What is given to whom by its name, each role once."""
    chosen: Dict[str, str] = {}
    lower = {key.lower(): key for key in given if key[:1] == "="}
    optional = {p.name for p in parameters(function) if p.default is not p.empty}
    fitting = {name: [role for role in known if role in given] for name, known in parts(function).items()}
    for name in list(fitting):
        if f"={name}" in given:
            chosen[name] = f"={name}"
            del fitting[name]
    for name in sorted(fitting, key=lambda name: len(fitting[name]) or 99):     # what is clear comes first
        role = next((role for role in fitting[name] if role not in chosen.values()), None)
        if role is not None and not (name in optional and role in _LEFT_ALONE):
            chosen[name] = role
        elif name not in optional and f"={name.lower()}" in lower:
            chosen[name] = lower[f"={name.lower()}"]
        elif name not in optional and "none" in roles_of(name):
            chosen[name] = next((role for role in "xy" if name[0].lower() == role and role in given), "none")
    for name in optional:               # n alone is no number of all examples, where nothing is divided by it
        if chosen.get(name) == "n" and "lmbda" not in chosen.values():
            del chosen[name]
    return chosen


def _fillings(names: List[str], left: List[str]) -> Iterator[Dict[str, str]]:
    """Roles for the parameters of these names: in their own order, with x and y rather than with what comes of them,
    then in any."""
    if len(names) > 5:
        return
    if not names:
        yield {}
        return
    for first in (("batch", "x", "y", "eta"), ("params", "x", "y", "eta"), ("x", "y", "eta"), ("y", "eta"),
                  ("params", "grads", "eta")):
        likely = [role for role in first if role in left]
        if len(likely) >= len(names):
            yield dict(zip(names, likely))
    for some in permutations(left, len(names)):
        yield dict(zip(names, some))


def call(function: Callable[..., Any], arguments: Arguments, given: Mapping[str, Any]) -> Any:
    """Call a function with what is given."""
    keywords = {name[:-1]: given.get(source) for name, source in arguments if name[-1] == "="}
    return function(*[given.get(source) for name, source in arguments if name[-1] != "="], **keywords)
