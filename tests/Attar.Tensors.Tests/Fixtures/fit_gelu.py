"""Fits the rational functions of VectorMath.Gelu and VectorMath.GeluSlope. Needs mpmath; prints coefficients from the constant up.

An odd function f is approximated by x P(x²) / Q(x²) with Q(0) = 1 on [0, limit]: least squares at Chebyshev nodes, linearised by dividing
by the last denominator (Sanathanan and Koerner 1963) and reweighted towards the largest error (Lawson 1961) until the error is level.
"""
import mpmath as mp

mp.mp.dps = 40


def fit(function, limit, above, below, rounds=25, nodes=400):
    x = [limit * mp.sin(mp.pi / 2 * (2 * i + 1) / (2 * nodes)) for i in range(nodes)]
    y = [function(v) for v in x]
    weight, denominator, best = [mp.mpf(1)] * nodes, [mp.mpf(1)] * nodes, None
    for _ in range(rounds):
        a, b = mp.matrix(nodes, above + 1 + below), mp.matrix(nodes, 1)
        for i in range(nodes):
            s, c = (x[i] / limit) ** 2, mp.sqrt(weight[i]) / denominator[i]
            for j in range(above + 1):
                a[i, j] = c * x[i] * s**j
            for j in range(1, below + 1):
                a[i, above + j] = -c * y[i] * s**j
            b[i] = c * y[i]
        solution = mp.qr_solve(a, b)[0]
        p, q = list(solution[: above + 1]), [mp.mpf(1)] + list(solution[above + 1 :])
        error = []
        for i in range(nodes):
            s = (x[i] / limit) ** 2
            denominator[i] = sum(c * s**j for j, c in enumerate(q))
            error.append(abs(x[i] * sum(c * s**j for j, c in enumerate(p)) / denominator[i] - y[i]))
        if best is None or max(error) < best[0]:
            best = max(error), p, q
        weight = [w * (e / max(error) + mp.mpf("0.02")) for w, e in zip(weight, error)]
        weight = [w / (sum(weight) / nodes) for w in weight]
    error, p, q = best
    return error, [c / limit ** (2 * j) for j, c in enumerate(p)], [c / limit ** (2 * j) for j, c in enumerate(q)]


def half_erf(x):
    return mp.erf(x / mp.sqrt(2)) / 2


def slope(x):
    return half_erf(x) + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


for name, function, limit, above, below in [("Gelu", half_erf, mp.mpf("5.5"), 5, 5), ("GeluSlope", slope, mp.mpf(6), 7, 6)]:
    error, p, q = fit(function, limit, above, below)
    print(name, "largest error", mp.nstr(error, 3), "P", [mp.nstr(c, 9) for c in p], "Q", [mp.nstr(c, 9) for c in q])
