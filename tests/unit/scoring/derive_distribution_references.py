#!/usr/bin/env python3
"""Writes distribution_references.inc: scores of distributions and their derivatives, 30 digits rounded to doubles.

Needs mpmath; the build does not. Textbook forms in 60 digits; each CRPS is also compared with the integral of
(F(x) - 1{x >= y})^2, and derivatives are central differences with a step of 1e-20.

    python3 tests/unit/scoring/derive_distribution_references.py > tests/unit/scoring/distribution_references.inc
"""
import random
import sys

from mpmath import (beta, betainc, erf, erfc, exp, gamma, gammainc, inf, isinf, log, log1p, loggamma, mp, mpf, pi, quad, sign,
                    sqrt)

mp.dps = 60
half = mpf(1) / 2


def normal_cdf(x):
    return erfc(-x / sqrt(2)) / 2


def normal_pdf(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


class family:
    """cdf, crps and log density (None: there is none) at y for parameters; `pieces` are the ends and kinks of the cdf."""

    def __init__(self, cdf, crps, log_density, pieces, draw):
        self.cdf, self.crps, self.log_density, self.pieces, self.draw = cdf, crps, log_density, pieces, draw

    def by_integral(self, y, p):
        points = sorted(set([-inf, inf, y, *[x for x in self.pieces(*p) if not isinf(x)]]))
        mp.dps = 25
        total = mpf(0)
        for low, high in zip(points, points[1:]):
            below = high <= y
            total += quad(lambda x: (self.cdf(x, *p) if below else 1 - self.cdf(x, *p)) ** 2, [low, high])
        mp.dps = 60
        return total


def location_scale(cdf, crps, log_density, pieces=lambda l, s: [l]):
    return family(lambda y, l, s: cdf((y - l) / s), lambda y, l, s: s * crps((y - l) / s),
                  lambda y, l, s: log_density((y - l) / s) - log(s), pieces, lambda r: (r.gauss(0, 2), 2 ** r.uniform(-3, 3)))


def log_family(cdf, crps, log_density, draw):
    return family(lambda y, m, s: cdf((log(y) - m) / s, s) if y > 0 else mpf(0),
                  crps,
                  lambda y, m, s: log_density((log(y) - m) / s) - log(s) - log(y) if y > 0 else -inf,
                  lambda m, s: [mpf(0), exp(m)], draw)


# --- Student t, gamma
def t_cdf(y, n, l, s):
    z = (y - l) / s
    return (1 + sign(z) * betainc(half, n / 2, 0, z * z / (n + z * z), regularized=True)) / 2


def t_log_density(y, n, l, s):
    z = (y - l) / s
    return -(n + 1) / 2 * log1p(z * z / n) - log(n) / 2 - log(beta(half, n / 2)) - log(s)


def t_crps(y, n, l, s):
    z = (y - l) / s
    f = exp(t_log_density(z, n, mpf(0), mpf(1)))
    return s * (z * (2 * t_cdf(y, n, l, s) - 1) + 2 * f * (n + z * z) / (n - 1)
                - 2 * sqrt(n) / (n - 1) * beta(half, n - half) / beta(half, n / 2) ** 2)


def gamma_cdf(y, k, r):
    return gammainc(k, 0, r * y, regularized=True) if y > 0 else mpf(0)


def gamma_crps(y, k, r):
    return y * (2 * gamma_cdf(y, k, r) - 1) - k / r * (2 * gamma_cdf(y, k + 1, r) - 1) - 1 / (r * beta(half, k))


# --- log families
def lognormal_crps(y, m, s):
    mean = exp(m + s * s / 2)
    if y <= 0:
        return -y - 2 * mean * (normal_cdf(s / sqrt(2)) - 1)
    z = (log(y) - m) / s
    return y * (2 * normal_cdf(z) - 1) - 2 * mean * (normal_cdf(z - s) + normal_cdf(s / sqrt(2)) - 1)


def laplace_cdf(z, *_):
    return exp(z) / 2 if z < 0 else 1 - exp(-z) / 2


def loglaplace_crps(y, m, s):
    if y <= 0:
        return -y + exp(m) * (s / (4 - s * s) + 1 / (1 + s))
    z = (log(y) - m) / s
    p = laplace_cdf(z)
    c = (1 - (2 * p) ** (1 + s)) / (1 + s) if z < 0 else -(1 - (2 * (1 - p)) ** (1 - s)) / (1 - s)
    return y * (2 * p - 1) + exp(m) * (s / (4 - s * s) + c)


# --- two pieces
def two_piece(cdf, density_log, constant, integral):
    """cdf of the symmetric kind, `integral` of it from z to 0 negated, constant as in two_piece.kernel.hpp."""
    def distribution(y, a, b, l):
        s = a if y < l else b
        tail = 2 * s / (a + b) * cdf(-abs(y - l) / s)
        return tail if y < l else 1 - tail

    def crps(y, a, b, l):
        s = a if y < l else b
        return abs(y - l) + 4 * s * s / (a + b) * integral(-abs(y - l) / s) + constant * (a ** 3 + b ** 3) / (a + b) ** 2

    def log_density(y, a, b, l):
        s = a if y < l else b
        return density_log((y - l) / s) + log(2 / (a + b))
    return family(distribution, crps, log_density, lambda a, b, l: [l],
                  lambda r: (2 ** r.uniform(-2, 2), 2 ** r.uniform(-2, 2), r.gauss(0, 1)))


# --- bounded and one-sided
def uniform_cdf(y, a, b, l, u):
    if y < a:
        return mpf(0)
    return mpf(1) if y >= b else l + (1 - l - u) * (y - a) / (b - a)


def uniform_crps(y, a, b, l, u):
    w, c = 1 - l - u, min(max((y - a) / (b - a), 0), 1)
    below = ((l + w * c) ** 3 - l ** 3) / (3 * w)
    above = ((1 - l - w * c) ** 3 - u ** 3) / (3 * w)
    return abs((y - a) - c * (b - a)) + (b - a) * (below + above)


def uniform_draw(r):
    low = r.gauss(0, 1)
    mass = r.uniform(0, 0.4)
    return (low, low + 2 ** r.uniform(-2, 3), mass, r.uniform(0, 0.5))


def gpd_share(z, x):
    if z <= 0:
        return mpf(1)
    if x == 0:
        return exp(-z)
    return (1 + x * z) ** (-1 / x) if 1 + x * z > 0 else mpf(0)


def gpd_cdf(y, x, l, s, m):
    return mpf(0) if y < l else 1 - (1 - m) * gpd_share((y - l) / s, x)


def gpd_crps(y, x, l, s, m):
    z = (y - l) / s
    return s * (abs(z) - 2 * (1 - m) / (1 - x) * (1 - gpd_share(z, x) ** (1 - x)) + (1 - m) ** 2 / (2 - x))


def gpd_log_density(y, x, l, s, m=0):
    z = (y - l) / s
    if z < 0 or 1 + x * z <= 0:
        return -inf
    return -log(s) - (z if x == 0 else (1 + 1 / x) * log1p(x * z))


def mass_crps(y, m, l, s):
    z = (y - l) / s
    f = 1 - exp(-z) if z > 0 else mpf(0)
    return s * (abs(z) - 2 * (1 - m) * f + (1 - m) ** 2 / 2)


def loglogistic_crps(y, m, s):
    whole = beta(1 + s, 1 - s)
    p = 1 / (1 + exp(-(log(y) - m) / s)) if y > 0 else mpf(0)
    part = betainc(1 + s, 1 - s, 0, p) if p > 0 else mpf(0)
    return y * (2 * p - 1) + exp(m) * (whole * (1 - s) - 2 * part)


def csg0_cdf(y, k, r, d):
    return gamma_cdf(y + d, k, r) if y >= 0 else mpf(0)


def csg0_crps(y, k, r, d):  # Scheuerer & Hamill 2015, with the part below 0 as it stands
    above = max(y, mpf(0))
    s = r * d
    square = s * gamma_cdf(s, k, 1) ** 2 - k * gamma_cdf(s, k + 1, 1) ** 2 \
        - gamma_cdf(2 * s, 2 * k + 1, 1) * exp(loggamma(k + half) - loggamma(k)) / root_pi
    return (above - y) + gamma_crps(above + d, k, r) - square / r


def gev_w(z, x):
    if x == 0:
        return exp(-z)
    t = 1 + x * z
    return t ** (-1 / x) if t > 0 else (inf if x > 0 else mpf(0))


def gev_cdf(y, x, l, s):
    w = gev_w((y - l) / s, x)
    return mpf(0) if isinf(w) else exp(-w)


def gev_crps(y, x, l, s):
    if abs(x) < mpf(10) ** -18:  # by the values around 0
        h = mpf(10) ** -15
        a, b = gev_crps(y, h, l, s), gev_crps(y, -h, l, s)
        return (a + b) / 2 + x / h * (a - b) / 2
    z = (y - l) / s
    w, f = gev_w(z, x), gev_cdf(y, x, l, s)
    below = gamma(1 - x) if isinf(w) else gammainc(1 - x, 0, w)
    return s * (z * (2 * f - 1) + ((2 * f - 1) + 2 * below - 2 ** x * gamma(1 - x)) / x)


def gev_log_density(y, x, l, s):
    z = (y - l) / s
    if 1 + x * z <= 0:
        return -inf
    u = z if abs(x) < mpf(10) ** -40 else log1p(x * z) / x
    return -log(s) - (1 + x) * u - exp(-u)


def logistic_cdf(x):
    return 1 / (1 + exp(-x))


def bounded(cdf, pdf, first, second, kind):
    """The base (cdf, density, integrals of cdf and its square) on [a, b]: truncated (t), censored (c), with masses (gtc)."""
    def masses(m, s, a, b, low=None, high=None):
        if kind == 'c':
            return cdf((a - m) / s), cdf((m - b) / s)
        return (mpf(0), mpf(0)) if kind == 't' else (low, high)

    def slope(m, s, a, b, *p):
        low, high = masses(m, s, a, b, *p)
        return low, high, (1 - low - high) / (cdf((b - m) / s) - cdf((a - m) / s))

    def distribution(y, m, s, a, b, *p):
        low, high, k = slope(m, s, a, b, *p)
        if y < a:
            return mpf(0)
        return mpf(1) if y >= b else low + k * (cdf((y - m) / s) - cdf((a - m) / s))

    def crps(y, m, s, a, b, *p):
        low, high, k = slope(m, s, a, b, *p)
        za, zb, zc = (a - m) / s, (b - m) / s, (min(max(y, a), b) - m) / s

        def square(offset, x, end):  # of offset + k G between x and end
            return offset ** 2 * (end - x) + 2 * offset * k * (first(end) - first(x)) + k * k * (second(end) - second(x))
        base = low - k * cdf(za)
        below = square(base, za, zc)
        above = square(base - 1, zc, zb)
        return abs(y - min(max(y, a), b)) + s * (below + above)

    def log_density(y, m, s, a, b):
        if not a <= y <= b:
            return -inf
        return log(pdf((y - m) / s)) - log(s) - log(cdf((b - m) / s) - cdf((a - m) / s))

    def draw(r):
        m, s = r.gauss(0, 1), 2 ** r.uniform(-2, 2)
        middle, half_width = m + s * r.uniform(-4, 4), s * 2 ** r.uniform(-0.5, 2)
        masses = (r.uniform(0, 0.4), r.uniform(0, 0.5)) if kind == 'gtc' else ()
        return (m, s, middle - half_width, middle + half_width, *masses)
    return family(distribution, crps, log_density if kind == 't' else None, lambda m, s, a, b, *_: [a, b], draw)


def student_t_base(n):
    """cdf, density and integrals of the cdf and its square of t with n degrees of freedom."""
    cdf = lambda x: t_cdf(x, n, mpf(0), mpf(1))
    pdf = lambda x: exp(t_log_density(x, n, mpf(0), mpf(1)))
    mean = lambda x: pdf(x) * (n + x * x) / (n - 1)
    square = lambda x: (1 + sign(x) * betainc(half, n - half, 0, x * x / (n + x * x), regularized=True)) / 2
    spread = 2 * sqrt(n) / (n - 1) * beta(half, n - half) / beta(half, n / 2) ** 2
    return (cdf, pdf, lambda x: x * cdf(x) + mean(x),
            lambda x: cdf(x) * (x * cdf(x) + 2 * mean(x)) - spread * square(x))


def bounded_t(kind):
    at = lambda n: bounded(*student_t_base(n), kind)
    density = (lambda y, n, *p: at(n).log_density(y, *p)) if kind == 't' else None
    draw = lambda r: (1 + 2 ** r.uniform(-1, 6), *bounded(*NORMAL, kind).draw(r))
    return family(lambda y, n, *p: at(n).cdf(y, *p), lambda y, n, *p: at(n).crps(y, *p), density,
                  lambda n, m, s, a, b, *_: [a, b], draw)


def beta_cdf(y, a, b, l, u):
    t = (y - l) / (u - l)
    return mpf(0) if t <= 0 else mpf(1) if t >= 1 else betainc(a, b, 0, t, regularized=True)


def beta_crps(y, a, b, l, u):
    t = (min(max(y, l), u) - l) / (u - l)
    inside = (l + t * (u - l), a, b, l, u)
    spread = 2 * beta(2 * a, 2 * b) / (a * beta(a, b) ** 2)
    unit = t * (2 * beta_cdf(*inside) - 1) + a / (a + b) * (1 - 2 * beta_cdf(l + t * (u - l), a + 1, b, l, u) - spread)
    return abs(y - min(max(y, l), u)) + (u - l) * unit


def beta_log_density(y, a, b, l, u):
    t = (y - l) / (u - l)
    if not 0 < t < 1:
        return -inf
    return (a - 1) * log(t) + (b - 1) * log(1 - t) - log(beta(a, b)) - log(u - l)


def beta_draw(r):
    lower = r.gauss(0, 1)
    return 2 ** r.uniform(-2, 7), 2 ** r.uniform(-2, 7), lower, lower + 2 ** r.uniform(-2, 3)


root_pi = sqrt(pi)
NORMAL = (normal_cdf, normal_pdf, lambda x: x * normal_cdf(x) + normal_pdf(x),
          lambda x: x * normal_cdf(x) ** 2 + 2 * normal_pdf(x) * normal_cdf(x) - normal_cdf(sqrt(2) * x) / root_pi)
LOGISTIC = (logistic_cdf, lambda x: logistic_cdf(x) * logistic_cdf(-x), lambda x: log1p(exp(x)),
            lambda x: log1p(exp(x)) - logistic_cdf(x))
FAMILIES = {
    'normal': location_scale(normal_cdf, lambda z: z * erf(z / sqrt(2)) + 2 * normal_pdf(z) - 1 / root_pi,
                             lambda z: log(normal_pdf(z))),
    'logistic': location_scale(lambda z: 1 / (1 + exp(-z)), lambda z: z + 2 * log1p(exp(-z)) - 1,
                               lambda z: -z - 2 * log1p(exp(-z))),
    'laplace': location_scale(laplace_cdf, lambda z: abs(z) + exp(-abs(z)) - mpf(3) / 4, lambda z: -abs(z) - log(2)),
    't': family(t_cdf, t_crps, t_log_density, lambda n, l, s: [l],
                lambda r: (1 + 2 ** r.uniform(-2, 9), r.gauss(0, 1), 2 ** r.uniform(-3, 3))),
    'beta': family(beta_cdf, beta_crps, beta_log_density, lambda a, b, l, u: [l, u], beta_draw),
    'exponential': family(lambda y, r: 1 - exp(-r * max(y, 0)),
                          lambda y, r: abs(y) - 2 * (1 - exp(-r * max(y, 0))) / r + half / r,
                          lambda y, r: log(r) - r * y if y >= 0 else -inf, lambda r: [mpf(0)],
                          lambda r: (2 ** r.uniform(-3, 3),)),
    'exponential_mass': family(lambda y, m, l, s: mpf(0) if y < l else 1 - (1 - m) * exp(-(y - l) / s), mass_crps, None,
                               lambda m, l, s: [l], lambda r: (r.random(), r.gauss(0, 1), 2 ** r.uniform(-2, 2))),
    'gamma': family(gamma_cdf, gamma_crps,
                    lambda y, k, r: k * log(r) + (k - 1) * log(y) - r * y - loggamma(k) if y > 0 else -inf,
                    lambda k, r: [mpf(0), k / r], lambda r: (2 ** r.uniform(-3, 11), 2 ** r.uniform(-2, 2))),
    'lognormal': log_family(lambda z, s: normal_cdf(z), lognormal_crps, lambda z: log(normal_pdf(z)),
                            lambda r: (r.gauss(0, 1), 2 ** r.uniform(-3, 1))),
    'loglaplace': log_family(laplace_cdf, loglaplace_crps, lambda z: -abs(z) - log(2),
                             lambda r: (r.gauss(0, 1), r.uniform(0.05, 0.9))),
    'loglogistic': log_family(lambda z, s: 1 / (1 + exp(-z)), loglogistic_crps, lambda z: -z - 2 * log1p(exp(-z)),
                              lambda r: (r.gauss(0, 1), r.uniform(0.05, 0.9))),
    'csg0': family(csg0_cdf, csg0_crps, None, lambda k, r, d: [mpf(0), max(k / r - d, mpf(0))],
                   lambda r: (2 ** r.uniform(-2, 5), 2 ** r.uniform(-2, 2), 2 ** r.uniform(-3, 2))),
    'gev': family(gev_cdf, gev_crps, gev_log_density, lambda x, l, s: [l, *([l - s / x] if x != 0 else [])],
                  lambda r: (r.choice([r.uniform(-1.5, 0.9), r.uniform(-0.05, 0.05), 0.0]), r.gauss(0, 1),
                             2 ** r.uniform(-2, 2))),
    'two_piece_normal': two_piece(normal_cdf, lambda z: log(normal_pdf(z)), 4 * normal_pdf(0) - 2 / root_pi,
                                  lambda z: z * normal_cdf(z) + normal_pdf(z) - normal_pdf(0)),
    'two_piece_exponential': two_piece(laplace_cdf, lambda z: -abs(z) - log(2), half, lambda z: (exp(z) - 1) / 2),
    'uniform': family(uniform_cdf, uniform_crps,
                      lambda y, a, b, l=0, u=0: -log(b - a) if a <= y <= b else -inf, lambda a, b, l, u: [a, b],
                      uniform_draw),
    'gpd': family(gpd_cdf, gpd_crps, gpd_log_density, lambda x, l, s, m: [l, *([l - s / x] if x < 0 else [])],
                  lambda r: (r.choice([r.uniform(-1.5, 0.9), r.uniform(-0.05, 0.05), 0.0]), r.gauss(0, 1),
                             2 ** r.uniform(-2, 2), r.random())),
    **{kind + name: bounded(*base, kind) for kind in ('t', 'c', 'gtc')
       for name, base in (('normal', NORMAL), ('logistic', LOGISTIC))},
    **{kind + 't': bounded_t(kind) for kind in ('t', 'c', 'gtc')},
}
# Parameters of the log score where it has fewer.
DENSITY_PARAMETERS = {'uniform': 2, 'gpd': 3}


def quantile(f, p, level):
    """By bisection of the cdf, in doubles."""
    low, high = -1e6, 1e6
    for _ in range(100):
        mid = (low + high) / 2
        if f.cdf(mpf(mid), *p) < level:
            low = mid
        else:
            high = mid
    return high


def off_the_ends(f, p, r):
    """A likely outcome; not at a point mass, where one-sided derivatives differ."""
    for _ in range(20):
        y = quantile(f, p, r.uniform(0.01, 0.99))
        if all(abs(y - end) > mpf('1e-6') for end in f.pieces(*p)):
            return y
    return float(sum(f.pieces(*p)) / len(f.pieces(*p)))  # nearly all mass at the ends


def derivative(fn, y, p, k):
    h = mpf(10) ** -20 * max(1, abs(p[k]))
    moved = lambda d: [*p[:k], p[k] + d, *p[k + 1:]]
    return (fn(y, *moved(h)) - fn(y, *moved(-h))) / (2 * h)


def text(x):
    return 'k_infinity' if x == inf else '-k_infinity' if x == -inf else float(x).hex()


def listed(values):
    return '{' + ', '.join(text(v) for v in values) + '}'


def row(name, f, y, p):
    y, p = mpf(y), [mpf(x) for x in p]
    crps = f.crps(y, *p)
    slopes = [derivative(f.crps, y, p, k) for k in range(len(p))]
    score, log_slopes = None, []
    if f.log_density:
        q = p[:DENSITY_PARAMETERS.get(name, len(p))]
        score = -f.log_density(y, *q)
        if not isinf(score):
            log_slopes = [-derivative(f.log_density, y, q, k) for k in range(len(q))]
    return (f'    {{"{name}", {text(y)}, {listed(p)}, {text(crps)}, {listed(slopes)}, '
            f'{"k_nan" if score is None else text(score)}, {listed(log_slopes)}}},')


def main():
    names = sys.argv[1:] or sorted(FAMILIES)
    for name in names:
        f, r = FAMILIES[name], random.Random(name)
        for i in range(24):
            p = f.draw(r)
            y = off_the_ends(f, [mpf(x) for x in p], r)
            if i % 6 == 5:  # somewhere else, perhaps beyond the support
                y += r.choice([-1, 1]) * 2 ** r.uniform(-1, 5)
            if i < 3:
                exact, found = f.by_integral(mpf(y), [mpf(x) for x in p]), f.crps(mpf(y), *[mpf(x) for x in p])
                if abs(exact - found) > mpf(10) ** -9 * found:
                    raise SystemExit(f'{name} {y} {p}: closed form {found}, integral {exact}')
            print(row(name, f, y, p))


if __name__ == '__main__':
    main()
