"""How somebody's functions want to be called: what each parameter stands for, by its name, or else by its position.

>>> def update(weights, dW, alpha, verbose=False): return alpha
>>> call(update, {"dW": 1.0}, {"params": [], "eta": 0.5})
0.5
"""
from __future__ import annotations

import dis
import inspect
import re
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set

_ROLES = {
    "eta": r"eta|lr|l_?rate|alpha|rate|learn(ing)?_?rate|step_?size|lr_?rate|step|pas|paso|passo|schritt(weite)?|"
           r"lernrate|tau?x_\w+|tas[as]_\w+|tasso\w*",
    "lmbda": r"lmbda|lambda_?|lmbd|lambd|lam|reg(_lambda|_strength|ularization)?|l2(_reg|_lambda)?|weight_decay|decay",
    "mu": r"mu|momentum|beta",
    "n": r"n|n_total|n_train|n_data|n_samples|total",
    "epochs": r"(n_?|num_?|max_?)?(epochs?|iter(ation)?s?|steps|n_epoch|rounds?|times|repetitions|"
              r"passes|loops|tours|tours_de_boucle|[eé]poques|[eé]pocas|epochen|epoche|epoker|repeticiones|vueltas|"
              r"iteraciones|runden|durchl[aä]e?ufe|durchg[aä]e?nge|wiederholungen|giri|iterazioni)",
    "size": r"(mini_?)?batch_?size|size|mini_?batch_?len|bs|b_?size",
    "batch": r"(mini_?)?batch(es)?|training_(data|set|examples)|train_(data|set)|data(set)?|examples|samples|pairs|"
             r"training|train|trainset|test_data|test(ing)?_(data|set)|test|minibatch",
    "x": r"x|a|xs|x_?(i|j|n|in|train|batch|data|test|vec|input|sample|mini)\w*|train_?x|(train(ing)?_|test_)?inputs?"
         r"(_?(list|data|array|vector|layer|values|batch|s))?|features?|sample|row|image|images|img|pixels|a0|pattern|"
         r"train(ing)?_images|x0|in_?vec|signal",
    "y": r"y|t|ys|ts|y_?(i|j|n|true|train|batch|data|test|vec|real|target|onehot|one_hot|mini|label)\w*|train_?y|tgt|"
         r"(training_|train_|test_)?(targets?|labels?|outputs?|answers?)(_?(list|data|array|vector|values|s))?|truth|"
          r"label|"
         r"expected(_\w+)?|desired(_\w+)?|true(_\w+)?|actual|correct|d|ground_truth|"
          r"train(ing)?_labels|one_?hot(_y)?|goal",
    "out": r"o|out|outputs?|output_activations|a_?l|y_?hat|y_?pred(icted)?|pred(iction)?s?|predicted|probs?|scores|"
           r"result|activation|net_out(put)?|guess|yh|y_|h|a[_\d]*",
    "cache": r"caches?|memory|mem|ctx|activations|forward\w*|store|history|zs|intermediates?|layer_outputs|cache_dict",
    "grads": r"grads?|gradients?|g|d_?params|deltas|nablas?|derivatives|updates?|derivs?|gradient_?\w*",
    "params": r"param(eter)?s?|model|weights?|net(work)?|theta|w|ws|layers|nn|params_values|wb",
    "loss_prime": r"(loss|cost|error|mse|err)_?(prime|deriv(ative)?|grad(ient)?|d)|d_?(loss|cost|error|mse)|grad_loss",
    "loss": r"loss(_?(function|fn|f))?|cost(_?(function|fn|f))?|error(_?(function|fn|f))?|criterion|mse|err_?fn",
    "n_out": r"n_?outputs?|num_?outputs?|num_?classes|n_?classes|k|output_size|classes",
    "m": r"m|num_examples|n_examples|batch_m",
    "none": r"verbose|print\w*|log\w*|plot\w*|debug|callback\w*|monitor\w*|evaluation_data|x_?val\w*|y_?val\w*|val\w*|"
            r"early\w*|seed|rng|dropout\w*|keep_prob|silent|report\w*|show\w*",
}
ROLES = {role: re.compile(pattern, re.I) for role, pattern in _ROLES.items()}


_LEFT_ALONE = ("n_out", "m", "out", "cache", "params", "loss", "loss_prime", "grads")
"""What is not given to a parameter that has a default."""


def parameters(function: Any) -> List[inspect.Parameter]:
    """The parameters of a function, but for *args and **kwargs; none for one that does not tell."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY, p.POSITIONAL_ONLY)]


def roles_of(name: str) -> List[str]:
    """What a parameter of this name may stand for, the likeliest first."""
    name = name.strip("_") or name
    return [role for role, pattern in ROLES.items() if pattern.fullmatch(name)]


def parts(function: Any) -> Dict[str, List[str]]:
    """What each parameter of a function may stand for: by its name; or an int above 1 that is a range for a number of
    epochs, and a float from 0 to 1 for a learning rate, where no other has such a name."""
    found = {p.name: roles_of(p.name) for p in parameters(function)}
    for p in parameters(function):
        if found[p.name] or _SPECIAL.search(p.name):
            continue
        if type(p.default) is int and p.default > 1 and ["epochs"] not in found.values() and _counts(function, p.name):
            found[p.name] = ["epochs"]
        elif type(p.default) is float and 0 < p.default < 1 and not any("eta" in roles for roles in found.values()):
            found[p.name] = ["eta"]
    return found


_SPECIAL = re.compile(r"hid|neuron|unit|layer|class|size|batch|seed|every|eps|tol|thr|drop|slope|leak|clip|rho|scale|"
                      r"std|sigma|noise|keep|split|ratio|frac|patien|max_?norm|gamma|temp", re.I)
"""In the names of parameters that are neither a number of epochs nor a learning rate."""


def _counts(function: Any, name: str) -> bool:
    """Whether a function goes through range(name)."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    loaded = [line.argval for line in dis.get_instructions(code) if line.opname.startswith("LOAD")] if code else []
    return any(one == "range" and name in loaded[k + 1:k + 3] for k, one in enumerate(loaded))


def required(function: Any) -> List[str]:
    """The names of the parameters that have no default."""
    return [p.name for p in parameters(function) if p.default is p.empty]


def data_of(function: Any) -> List[str]:
    """The required parameters that are no hyper-parameters: one of them is a mini-batch of pairs, two are x and y."""
    hyper = {"eta", "lmbda", "mu", "n", "epochs", "size", "m", "n_out", "none", "params"}
    return [name for name in required(function) if not set(roles_of(name)[:1]) & hyper]


def takes(function: Any, role: str) -> bool:
    """Whether a function has a place for this."""
    return any(role in roles for roles in parts(function).values())


def call(function: Callable[..., Any], names: Mapping[str, Any], roles: Mapping[str, Any],
         order: Sequence[str] = ("batch", "x", "y", "eta")) -> Any:
    """Call a function. `names` are values by the very names that somebody gave them, `roles` by what they stand for;
    what is left without a value is given what comes next in `order`, and None at last."""
    positional: List[Any] = []
    keywords: Dict[str, Any] = {}
    used: Set[str] = set()
    lower = {name.lower(): value for name, value in names.items()}
    all_parameters = parameters(function)
    taken: Dict[str, str] = {}
    fitting = {name: [role for role in known if role in roles] for name, known in parts(function).items()
               if name not in names}
    for name in sorted(fitting, key=lambda name: len(fitting[name]) or 99):     # what is clear comes first
        likely = next((role for role in fitting[name] if role not in taken.values()), None)
        if likely is not None:          # each role is given once: y and o of backward(X, y, o)
            taken[name] = likely
    for parameter in all_parameters:
        optional = parameter.default is not parameter.empty
        name = parameter.name
        if name in names:
            value = names[name]
        elif name in taken and not (optional and (taken[name] in _LEFT_ALONE or taken[name] == "n"
                                                  and "lmbda" not in taken.values())):
            used.add(taken[name])
            value = roles[taken[name]]
        elif not optional and name.lower() in lower:
            value = lower[name.lower()]
        elif optional:
            continue
        else:
            role = next((role for role in order if role in roles and role not in used
                         and role not in taken.values()), None)
            used.add(role or "")
            value = roles[role] if role and "none" not in roles_of(name) else None
        if parameter.kind is parameter.KEYWORD_ONLY or optional:
            keywords[name] = value
        else:
            positional.append(value)
    return function(*positional, **keywords)
