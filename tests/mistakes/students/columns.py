"""A student's network after the book's chapters 1 and 3: NumPy, vectors as columns, the quadratic cost."""
import numpy as np


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def slope(z):
    s = logistic(z)
    return s * (1.0 - s)


class Network(object):

    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, k) for k, n in zip(sizes, sizes[1:])]
        self.velocity = None

    def feedforward(self, a):
        for w, b in zip(self.weights, self.biases):
            a = logistic(w @ a + b)
        return a

    def cost_derivative(self, output_activations, y):
        return output_activations - y

    def backprop(self, x, y):
        a, inputs, zs = x, [], []
        for w, b in zip(self.weights, self.biases):
            inputs.append(a)
            z = w @ a + b
            a = logistic(z)
            zs.append(z)
        outputs = inputs[1:] + [a]
        delta = self.cost_derivative(a, y) * slope(zs[-1])
        nabla_b, nabla_w = [delta], [np.outer(delta, inputs[-1])]
        for l in range(self.num_layers - 3, -1, -1):
            delta = (self.weights[l + 1].T @ delta) * slope(zs[l])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, np.outer(delta, inputs[l]))
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch, eta, lmbda=0.0, n=1, mu=0.0):
        m = len(mini_batch)
        self.total = [0 * p for p in self.biases + self.weights]
        for x, y in mini_batch:
            nabla_b, nabla_w = self.backprop(x, y)
            self.total = [t + g for t, g in zip(self.total, nabla_b + nabla_w)]
        mean = [t / m for t in self.total]
        cut = len(self.biases)
        if self.velocity is None:
            self.velocity = [0 * p for p in self.biases + self.weights]
        step = [eta * g for g in mean]
        for i, w in enumerate(self.weights):
            step[cut + i] = step[cut + i] + eta * (lmbda / n) * w
        self.velocity = [mu * v - s for v, s in zip(self.velocity, step)]
        self.biases = [b + v for b, v in zip(self.biases, self.velocity[:cut])]
        self.weights = [w + v for w, v in zip(self.weights, self.velocity[cut:])]

    def SGD(self, training_data, epochs, mini_batch_size, eta, lmbda=0.0, mu=0.0, test_data=None):
        training_data = list(training_data)
        for epoch in range(epochs):
            np.random.default_rng().shuffle(order := np.arange(len(training_data)))
            for k in range(0, len(order), mini_batch_size):
                batch = [training_data[i] for i in order[k:k + mini_batch_size]]
                self.update_mini_batch(batch, eta, lmbda, len(training_data), mu)
            print(f"Epoch {epoch} complete")

    def evaluate(self, test_data):
        return sum(int(np.argmax(self.feedforward(x)) == y) for x, y in test_data)
