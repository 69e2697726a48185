"""A student's classifier in NumPy, examples as rows, weights of n_in x n_out: ReLU, softmax, log-likelihood."""
import numpy as np


class Classifier:
    def __init__(self, layers):
        self.weights = [np.random.standard_normal((n, k)) / np.sqrt(n) for n, k in zip(layers, layers[1:])]
        self.biases = [np.zeros((1, k)) for k in layers[1:]]

    def layers(self, X):
        H = [X]
        for W, b in zip(self.weights[:-1], self.biases[:-1]):
            H.append(np.maximum(0, H[-1] @ W + b))
        E = np.exp(H[-1] @ self.weights[-1] + self.biases[-1])
        H.append(E / E.sum(axis=1, keepdims=True))
        return H

    def feedforward(self, x):
        return self.layers(x)[-1]

    def gradients(self, X, Y):
        H = self.layers(X)
        D = H[-1] - Y
        for l in range(len(self.weights) - 1, -1, -1):
            yield l, D.sum(axis=0, keepdims=True), H[l].T @ D
            D = (D @ self.weights[l].T) * (H[l] > 0)

    def backprop(self, x, y):
        _, db, dW = zip(*list(self.gradients(x, y))[::-1])
        return db, dW

    def update_mini_batch(self, mini_batch, lr):
        X = np.vstack([x for x, _ in mini_batch])
        Y = np.vstack([y for _, y in mini_batch])
        for l, db, dW in list(self.gradients(X, Y)):
            self.biases[l] = self.biases[l] - lr / len(X) * db
            self.weights[l] = self.weights[l] - lr / len(X) * dW
