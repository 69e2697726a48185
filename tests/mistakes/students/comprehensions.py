"""A student's classifier: lists and comprehensions, ReLU, softmax and log-likelihood. It takes a mini-batch at once."""
from math import exp
from random import gauss


def times(w, a):
    return [sum(wk * ak for wk, ak in zip(row, a)) for row in w]


def transposed(w):
    return [list(column) for column in zip(*w)]


def relu(rows):
    return [[max(0.0, z) for z in row] for row in rows]


def softmax(rows):
    powers = [[exp(z) for z in row] for row in rows]
    return [[p / sum(row) for p in row] for row in powers]


class Classifier:
    def __init__(self, sizes):
        self.weights = [[[gauss(0, 1) for _ in range(n)] for _ in range(k)] for n, k in zip(sizes, sizes[1:])]
        self.biases = [[gauss(0, 1) for _ in range(k)] for k in sizes[1:]]

    def run(self, rows):
        zs, layers = [], [rows]
        for w, b in zip(self.weights, self.biases):
            zs.append([[z + bj for z, bj in zip(times(w, a), b)] for a in layers[-1]])
            layers.append((softmax if w is self.weights[-1] else relu)(zs[-1]))
        return zs, layers

    def feedforward(self, a):
        return self.run([a])[1][-1][0]

    def gradients(self, xs, ys):
        """For each layer, the last one first, the errors of all examples and their inputs."""
        zs, layers = self.run(xs)
        deltas = [[a - yj for a, yj in zip(row, y)] for row, y in zip(layers[-1], ys)]
        for l in reversed(range(len(self.weights))):
            yield l, deltas, layers[l]
            if l:
                back = [times(transposed(self.weights[l]), delta) for delta in deltas]
                deltas = [[g * (z > 0) for g, z in zip(gs, z_row)] for gs, z_row in zip(back, zs[l - 1])]

    def backprop(self, x, y):
        found = list(self.gradients([x], [y]))[::-1]
        return ([deltas[0] for _, deltas, _ in found],
                [[[d * a for a in inputs[0]] for d in deltas[0]] for _, deltas, inputs in found])

    def update_mini_batch(self, mini_batch, eta):
        xs, ys = zip(*mini_batch)
        rate = eta / len(xs)
        for l, deltas, inputs in list(self.gradients(xs, ys)):
            for delta, a in zip(deltas, inputs):
                self.biases[l] = [b - rate * d for b, d in zip(self.biases[l], delta)]
                self.weights[l] = [[w - rate * d * ak for w, ak in zip(row, a)]
                                   for row, d in zip(self.weights[l], delta)]
