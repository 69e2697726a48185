"""A solution of exercises 4 and 5: the book's network of chapter 1, with lists of floats and a loop for each sum."""
# mypy: ignore-errors
from math import exp
from random import gauss


def sigma(z):
    return 1.0 / (1.0 + exp(-z))


class Network:
    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [[gauss(0.0, 1.0) for _ in range(n)] for n in sizes[1:]]
        self.weights = [[[gauss(0.0, 1.0) for _ in range(m)] for _ in range(n)] for m, n in zip(sizes, sizes[1:])]

    def layers(self, a):
        found = [a]
        for b, w in zip(self.biases, self.weights):
            a = [sigma(sum(wjk * ak for wjk, ak in zip(row, a)) + bj) for row, bj in zip(w, b)]
            found.append(a)
        return found

    def feedforward(self, a):
        return self.layers(a)[-1]

    def backprop(self, x, y):
        a = self.layers(x)
        delta = [(aj - yj) * aj * (1 - aj) for aj, yj in zip(a[-1], y)]
        nabla_b, nabla_w = [delta], [[[dj * ak for ak in a[-2]] for dj in delta]]
        for l in range(2, len(self.sizes)):
            w = self.weights[-l + 1]
            delta = [sum(w[j][k] * delta[j] for j in range(len(w))) * ak * (1 - ak) for k, ak in enumerate(a[-l])]
            nabla_b.insert(0, delta)
            nabla_w.insert(0, [[dj * ak for ak in a[-l - 1]] for dj in delta])
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch, eta):
        gradients = [self.backprop(x, y) for x, y in mini_batch]
        c = eta / len(mini_batch)
        for nabla_b, nabla_w in gradients:
            for b, w, nb, nw in zip(self.biases, self.weights, nabla_b, nabla_w):
                for j in range(len(b)):
                    b[j] -= c * nb[j]
                    for k in range(len(w[j])):
                        w[j][k] -= c * nw[j][k]
