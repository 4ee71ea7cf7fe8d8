#!/usr/bin/env python3
"""Minimax polynomials of src/assay/core/vmath: Remez exchange in 60 digits, printed as hexadecimal doubles.

Needs mpmath. Run it to see where the constants come from; the build does not.
"""
import sys

from mpmath import mp, mpf, matrix, lu_solve, exp, erf, erfc, sqrt, pi, log, cos

mp.dps = 60


def remez(f, weight, low, high, degree, rounds=12):
    """Coefficients of the polynomial p that minimises max |weight (f - p)| on [low, high], and that maximum."""
    n = degree + 2
    mid, half = (low + high) / 2, (high - low) / 2
    points = [mid - half * cos(pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    for _ in range(rounds):
        a = matrix(n, n)
        b = matrix(n, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                a[i, j] = x ** j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        solution = lu_solve(a, b)
        c = [solution[j] for j in range(degree + 1)]

        def error(x):
            p = mpf(0)
            for k in reversed(c):
                p = p * x + k
            return weight(x) * (f(x) - p)

        # extrema on a Chebyshev grid, one for each stretch of one sign
        grid = [mid - half * cos(pi * i / (40 * n)) for i in range(40 * n + 1)]
        values = [error(x) for x in grid]
        extrema, best = [], 0
        for i in range(1, len(grid)):
            if (values[i] > 0) != (values[best] > 0):
                extrema.append(best)
                best = i
            elif abs(values[i]) > abs(values[best]):
                best = i
        extrema.append(best)
        while len(extrema) > n:
            extrema.pop(0 if abs(values[extrema[0]]) < abs(values[extrema[-1]]) else -1)
        if len(extrema) < n:
            break
        new_points = [grid[i] for i in extrema]
        level = max(abs(values[i]) for i in extrema)
        if level / min(abs(values[i]) for i in extrema) < mpf('1.001'):
            return c, level
        points = new_points
    return c, max(abs(v) for v in values)


def show(name, c, level, single=False):
    import struct
    print(f"// {name}: max weighted error 2^{float(log(level, 2)):.2f}")
    for k in c:
        value = float(k)
        if single:
            value = struct.unpack('f', struct.pack('f', value))[0]
        print("    " + value.hex() + ",")


def upper_quantile(radius, known={}):
    """The x > 0 with Phi(-x) = exp(-radius^2 / 2), by Newton's method on the logarithm."""
    key = mp.nstr(radius, 50)
    if key not in known:
        tail = exp(-radius * radius / 2)
        x = radius - mpf('0.4')
        while True:
            phi = erfc(x / sqrt(2)) / 2
            change = phi * log(phi / tail) / (exp(-x * x / 2) / sqrt(2 * pi))
            x += change
            if abs(change) < mpf(10) ** -50 * x:
                break
        known[key] = x
    return known[key]


def series(terms):
    def f(x):
        total, power = mpf(0), mpf(1)
        for t in terms:
            total += t * power
            power *= x
        return total
    return f


if __name__ == '__main__':
    which = sys.argv[1:] or ['exp', 'expm1', 'erf', 'erfcx', 'quantile', 'stirling', 'gamma']
    half_ln2 = log(2) / 2 * mpf('1.0001')
    factorials = [1 / mp.factorial(j + 3) for j in range(40)]
    if 'exp' in which:  # (e^r - 1 - r - r^2/2) / r^3
        c, level = remez(series(factorials), lambda r: abs(r) ** 3 + mpf(10) ** -12, -half_ln2, half_ln2, 8)
        show('exp tail, double', c, level)
        c, level = remez(series(factorials), lambda r: abs(r) ** 3 + mpf(10) ** -6, -half_ln2, half_ln2, 3)
        show('exp tail, float', c, level, True)
    if 'expm1' in which:  # the same, relative to r
        c, level = remez(series(factorials), lambda r: abs(r) ** 2 + mpf(10) ** -12, -half_ln2, half_ln2, 9)
        show('expm1 tail, double', c, level)
        c, level = remez(series(factorials), lambda r: abs(r) ** 2 + mpf(10) ** -6, -half_ln2, half_ln2, 4)
        show('expm1 tail, float', c, level, True)
    if 'erf' in which:  # (erf(x)/x - 2/sqrt(pi)) / x^2 in z = x^2 on [0, 1]
        terms = [2 / sqrt(pi) * (-1) ** (j + 1) / (mp.factorial(j + 1) * (2 * j + 3)) for j in range(60)]
        c, level = remez(series(terms), lambda z: z, mpf('1e-9'), mpf(1), 11)
        show('erf small, degree 11', c, level)
    if 'stirling' in which:  # log(G(a + 1) (e / a)^a / sqrt(2 pi a)) / v in v = 1 / (a + 1/4), a >= 1
        def stirling(v):
            a = 1 / v - mpf(1) / 4
            return (mp.loggamma(a + 1) - (a + mpf(1) / 2) * log(a) + a - log(2 * pi) / 2) / v
        c, level = remez(stirling, lambda v: v, mpf('1e-6'), mpf('0.8'), 18)
        show('stirling, degree 18', c, level)
    if 'gamma' in which:  # log G(1 - x) / x near 0
        c, level = remez(lambda x: mp.loggamma(1 - x) / x if abs(x) > mpf(10) ** -25 else mp.euler, lambda x: mpf(1),
                         mpf('-0.25'), mpf('0.25'), 17)
        show('gamma, degree 17', c, level)
    if 'quantile' in which:  # R - x(R), R = sqrt(-2 log p), in u = s (R - c) / (R + a) with |u| <= 1
        for low, high, a, degree in (('2.275', '7.072', '3.1875', 16), ('7.070', '38.6', '12', 19)):
            low, high, a = mpf(low), mpf(high), mpf(a)
            scale = mpf(float((high + low + 2 * a) / (high - low)))
            center = mpf(float(high - (high + a) / scale))
            print('u = s (R - c) / (R + a): s', float(scale).hex(), 'c', float(center).hex(), 'a', float(a).hex())

            def radius(u):
                return (scale * center + a * u) / (scale - u)
            c, level = remez(lambda u: radius(u) - upper_quantile(radius(u)),
                             lambda u: 1 / upper_quantile(radius(u)), mpf(-1), mpf(1), degree)
            show(f'quantile, degree {degree}', c, level)
    if 'erfcx' in which:  # (1 + 2 x) erfcx(x) in t = (x - K) / (x + K)
        k = mpf('3.75')

        def f(t):
            if t == 1:
                return 2 / sqrt(pi)
            x = k * (1 + t) / (1 - t)
            if x > 1000:
                z = 1 / (2 * x * x)
                s, term = mpf(1), mpf(1)
                for j in range(1, 20):
                    term *= -(2 * j - 1) * z
                    s += term
                return (1 + 2 * x) * s / (x * sqrt(pi))
            return (1 + 2 * x) * exp(x * x) * erfc(x)
        c, level = remez(f, lambda t: mpf(1), mpf(-1), mpf(1), 24)
        show('erfcx, degree 24', c, level)
        show('the same over 2 sqrt(2), for the normal tail', [k / sqrt(8) for k in c], level)
