"""A student's network: lists, and loops over indices, as one writes it who comes from C."""
import math
import random


def sigma(z):
    return 1 / (1 + math.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


class Network:
    def __init__(self, sizes):
        self.sizes = sizes
        self.layers = len(sizes) - 1
        self.biases = []
        self.weights = []
        self.v_b = []
        self.v_w = []
        self.sum_b = None
        for l in range(self.layers):
            self.biases.append([random.gauss(0, 1) for j in range(sizes[l + 1])])
            self.weights.append([[random.gauss(0, 1) for k in range(sizes[l])] for j in range(sizes[l + 1])])
            self.v_b.append([0.0] * sizes[l + 1])
            self.v_w.append([[0.0] * sizes[l] for j in range(sizes[l + 1])])

    def forward(self, x):
        a = x
        zs, activations = [], [x]
        for l in range(self.layers):
            z = [0.0] * self.sizes[l + 1]
            for j in range(self.sizes[l + 1]):
                for k in range(self.sizes[l]):
                    z[j] += self.weights[l][j][k] * a[k]
                z[j] += self.biases[l][j]
            a = [sigma(zj) for zj in z]
            zs.append(z)
            activations.append(a)
        return zs, activations

    def feedforward(self, a):
        return self.forward(a)[1][-1]

    def cost_derivative(self, output_activations, y):
        return [output_activations[j] - y[j] for j in range(len(y))]

    def backprop(self, x, y):
        zs, activations = self.forward(x)
        nabla_b = [None] * self.layers
        nabla_w = [None] * self.layers
        last = self.layers - 1
        error = self.cost_derivative(activations[-1], y)
        delta = [error[j] * sigma_prime(zs[last][j]) for j in range(len(y))]
        for l in range(last, -1, -1):
            if l < last:
                back = [0.0] * self.sizes[l + 1]
                for k in range(self.sizes[l + 1]):
                    for j in range(self.sizes[l + 2]):
                        back[k] += self.weights[l + 1][j][k] * delta[j]
                delta = [back[k] * sigma_prime(zs[l][k]) for k in range(self.sizes[l + 1])]
            nabla_b[l] = [d for d in delta]
            n, m = self.sizes[l], self.sizes[l + 1]
            nabla_w[l] = [[delta[j] * activations[l][k] for k in range(n)] for j in range(m)]
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch, eta, lmbda=0.0, n=1, mu=0.0):
        m = len(mini_batch)
        self.sum_b = [[0.0] * size for size in self.sizes[1:]]
        self.sum_w = [[[0.0] * self.sizes[l] for j in range(self.sizes[l + 1])] for l in range(self.layers)]
        for x, y in mini_batch:
            nabla_b, nabla_w = self.backprop(x, y)
            for l in range(self.layers):
                for j in range(self.sizes[l + 1]):
                    self.sum_b[l][j] += nabla_b[l][j]
                    for k in range(self.sizes[l]):
                        self.sum_w[l][j][k] += nabla_w[l][j][k]
        rate = eta / m
        decay = eta * lmbda / n
        for l in range(self.layers):
            for j in range(self.sizes[l + 1]):
                self.v_b[l][j] = mu * self.v_b[l][j] - rate * self.sum_b[l][j]
                self.biases[l][j] += self.v_b[l][j]
                for k in range(self.sizes[l]):
                    step = -rate * self.sum_w[l][j][k] - decay * self.weights[l][j][k]
                    self.v_w[l][j][k] = mu * self.v_w[l][j][k] + step
                    self.weights[l][j][k] += self.v_w[l][j][k]

    def SGD(self, training_data, epochs, mini_batch_size, eta, lmbda=0.0, mu=0.0):
        n = len(training_data)
        for epoch in range(epochs):
            random.shuffle(training_data)
            for start in range(0, n, mini_batch_size):
                self.update_mini_batch(training_data[start:start + mini_batch_size], eta, lmbda, n, mu)

    def evaluate(self, test_data):
        right = 0
        for x, y in test_data:
            a = self.feedforward(x)
            if a.index(max(a)) == y:
                right += 1
        return right
