#include "assay/scoring/discrete.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "assay/core/check.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/scoring/internal/discrete.hpp"
#include "assay/scoring/internal/distribution_rows.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {
namespace {

namespace g = vmath::generic;
using detail::discrete_table;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_unusable = -1.0;  // a score of a distribution that fits no table; real ones are >= 0

template <std::size_t Count>
using numbers = std::array<double, Count>;

// log of x^k e^-x / k!.
double log_poisson(double k, double x) {
  if (x == 0.0) return k == 0.0 ? 0.0 : -k_infinity;
  if (k == 0.0) return -x;
  return g::power_over_gamma(g::gamma_shape_of(k), x).logarithm();
}

// log of the probability of j successes in n trials: a product of Poisson terms in which nothing cancels.
double log_binomial(double j, double n, double p, double q) {
  if (n == 0.0) return 0.0;
  return (log_poisson(j, n * p) + log_poisson(n - j, n * q)) - log_poisson(n, n);
}

bool is_count(double y, double most) { return y >= 0.0 && y <= most && y == std::floor(y); }

// Each family: its table, derivatives of F(number k) by its first parameters, log probability and its
// derivatives.
struct poisson : poisson_family {
  static discrete_table table(const numbers<1>& p) {
    const double mean = p[0];
    return {0.0, k_infinity, std::floor(mean), [=](double j) { return mean / (j + 1.0); }};
  }
  static void add_slopes(const discrete_table& table, const numbers<1>&, double y, numbers<1>& slopes) {
    slopes[0] = table.crps_slope(y, [&](std::size_t k) { return -table.probability_at(k); });
  }
  static double log_probability(double y, const numbers<1>& p) {
    return is_count(y, k_infinity) ? log_poisson(y, p[0]) : -k_infinity;
  }
  static void log_slopes(double y, const numbers<1>& p, numbers<1>& slopes) {
    slopes[0] = (p[0] - y) / (p[0] > 0.0 ? p[0] : 1.0);
    if (p[0] == 0.0) slopes[0] = 1.0;
  }
};

struct negbinom : negbinom_family {
  static discrete_table table(const numbers<2>& p) {
    const double n = p[0], q = 1.0 - p[1];
    const double mode = n > 1.0 ? std::floor((n - 1.0) * (q / p[1])) : 0.0;
    return {0.0, k_infinity, mode, [=](double j) { return (j + n) / (j + 1.0) * q; }};
  }
  static void add_slopes(const discrete_table& table, const numbers<2>& p, double y, numbers<2>& slopes) {
    const double n = p[0], prob = p[1];
    // By n the log probability grows as a number + sum_{l < j} 1/(n + l); its mean is 0.
    double mean = 0.0, growth = 0.0;
    for (std::size_t k = 0; k < table.size(); ++k) {
      mean += table.probability_at(k) * growth;
      growth += 1.0 / (n + table.number(k));
    }
    growth = 0.0;
    double cdf_slope = 0.0;
    slopes[0] = table.crps_slope(y, [&](std::size_t k) {
      cdf_slope += table.probability_at(k) * (growth - mean);
      growth += 1.0 / (n + table.number(k));
      return cdf_slope;
    });
    slopes[1] = table.crps_slope(
        y, [&](std::size_t k) { return table.probability_at(k) * ((n + table.number(k)) / prob); });
  }
  static double log_probability(double y, const numbers<2>& p) {
    if (!is_count(y, k_infinity)) return -k_infinity;
    const double n = p[0], total = n + y;
    // n of total successes, of which one is the last: n/total of them
    return vmath::log(n / total) + log_binomial(y, total, 1.0 - p[1], p[1]);
  }
  static void log_slopes(double y, const numbers<2>& p, numbers<2>& slopes) {
    const double n = p[0], prob = p[1];
    using T = vmath::dual<double>;
    // d/dn log(G(n + y)/G(n)), both by Stirling's series of n + 1 and n + y + 1
    const auto log_gamma_next = [](double x) { return g::log_gamma(T(x + 1.0, 1.0)).slope; };
    const double ratio = (log_gamma_next(n + y) - 1.0 / (n + y)) - (log_gamma_next(n) - 1.0 / n);
    slopes[0] = -((y == 0.0 ? 0.0 : ratio) + vmath::log(prob));
    slopes[1] = (y == 0.0 ? 0.0 : y / (1.0 - prob)) - n / prob;
  }
};

struct binomial : binomial_family {
  static constexpr std::size_t derivatives = 1;  // by prob; the number of trials is whole

  static discrete_table table(const numbers<2>& p) {
    const double n = p[0], odds = p[1] / (1.0 - p[1]);
    return {0.0, n, std::min(std::floor((n + 1.0) * p[1]), n),
            [=](double j) { return (n - j) / (j + 1.0) * odds; }};
  }
  static void add_slopes(const discrete_table& table, const numbers<2>& p, double y, numbers<1>& slopes) {
    const double n = p[0], prob = p[1];
    slopes[0] = table.crps_slope(y, [&](std::size_t k) {
      const double j = table.number(k);
      // the same number twice; the other form is 0/0 where prob is 1 or 0
      return prob < 0.5 ? -(n - j) * table.probability_at(k) / (1.0 - prob)
                        : -(j + 1.0) * table.probability(j + 1.0) / prob;
    });
  }
  static double log_probability(double y, const numbers<2>& p) {
    return is_count(y, p[0]) ? log_binomial(y, p[0], p[1], 1.0 - p[1]) : -k_infinity;
  }
  static void log_slopes(double y, const numbers<2>& p, numbers<1>& slopes) {
    const double failures = p[0] - y;
    slopes[0] = (failures == 0.0 ? 0.0 : failures / (1.0 - p[1])) - (y == 0.0 ? 0.0 : y / p[1]);
  }
};

struct hypergeometric : hypergeometric_family {
  static constexpr std::size_t derivatives = 0;

  static discrete_table table(const numbers<3>& p) { return detail::hypergeometric_table(p[0], p[1], p[2]); }
  static void add_slopes(const discrete_table&, const numbers<3>&, double, numbers<0>&) {}
  // Binomial probabilities of any common p; by p = k/(m + n) all three are near their modes.
  static double log_probability(double y, const numbers<3>& p) {
    const double m = p[0], n = p[1], k = p[2], all = m + n;
    if (!is_count(y, std::min(k, m)) || k - y > n) return -k_infinity;
    if (all == 0.0) return 0.0;
    const double share = k / all, rest = (all - k) / all;
    return (log_binomial(y, m, share, rest) + log_binomial(k - y, n, share, rest)) -
           log_binomial(k, all, share, rest);
  }
  static void log_slopes(double, const numbers<3>&, numbers<0>&) {}
};

template <class Family>
constexpr std::size_t k_slopes = derivatives_of<Family>();

// The columns of a kernel, row by row.
template <class Family>
struct kernel_rows {
  static constexpr std::size_t count = Family::parameters.size();
  const double* y;
  const double* const* parameters;
  double* const* outputs;

  [[nodiscard]] numbers<count> at(std::size_t i) const {
    numbers<count> p;
    for (std::size_t k = 0; k < count; ++k) p[k] = parameters[k][i];
    return p;
  }
  void store(std::size_t i, double score, const numbers<k_slopes<Family>>& slopes, bool derivatives) const {
    outputs[0][i] = score;
    if (!derivatives) return;
    for (std::size_t k = 0; k < slopes.size(); ++k) outputs[k + 1][i] = slopes[k];
  }
  [[nodiscard]] bool is_good(std::size_t i, const numbers<count>& p) const {
    bool good = std::isfinite(y[i]);
    for (std::size_t k = 0; k < count; ++k) {
      const domain& values = Family::parameters[k].values;
      good = good && p[k] >= values.least && p[k] <= values.largest &&
             (!values.whole || p[k] == std::floor(p[k]));
    }
    if constexpr (count == 3) good = good && p[2] <= p[0] + p[1];
    return good;
  }
};

// As the kernels of the continuous families.
template <class Family>
std::uint32_t crps_rows(const double* y, const double* const* parameters, std::size_t n,
                        double* const* outputs, bool derivatives, bool constant) noexcept {
  const kernel_rows<Family> rows{y, parameters, outputs};
  std::optional<discrete_table> table;
  std::uint32_t status = k_status_ok;
  for (std::size_t i = 0; i < n; ++i) {
    const auto p = rows.at(i);
    numbers<k_slopes<Family>> slopes{};
    double score = k_nan;
    if (!rows.is_good(i, p)) {
      status = k_status_not_finite;
      slopes.fill(k_nan);
    } else {
      if (!constant || !table) table.emplace(Family::table(p));
      score = table->usable() ? table->crps(y[i]) : k_unusable;
      if (derivatives && table->usable()) Family::add_slopes(*table, p, y[i], slopes);
    }
    rows.store(i, score, slopes, derivatives);
  }
  return status;
}

template <class Family>
std::uint32_t log_score_rows(const double* y, const double* const* parameters, std::size_t n,
                             double* const* outputs, bool derivatives, bool) noexcept {
  const kernel_rows<Family> rows{y, parameters, outputs};
  std::uint32_t status = k_status_ok;
  for (std::size_t i = 0; i < n; ++i) {
    const auto p = rows.at(i);
    numbers<k_slopes<Family>> slopes{};
    double score = k_nan;
    if (!rows.is_good(i, p)) {
      status = k_status_not_finite;
      slopes.fill(k_nan);
    } else {
      score = std::max(0.0, -Family::log_probability(y[i], p));  // rounding must not make a probability > 1
      if (derivatives && score < k_infinity) Family::log_slopes(y[i], p, slopes);
    }
    rows.store(i, score, slopes, derivatives);
  }
  return status;
}

// What a kernel could not do becomes an error.
array checked(const char* function, const char* blamed, array score) {
  for (std::size_t i = 0; i < score.size(); ++i)
    if (score[i] == k_unusable)
      checker(function).fail_value(error_code::budget_exceeded, blamed,
                                   "of row " + std::to_string(i) +
                                       " makes the forecast spread over more than 2^20 counts; a normal "
                                       "forecast of the same mean and variance is close");
  return score;
}

}  // namespace

void detail::check_draws(const char* function, const broadcast_view& m, const broadcast_view& n,
                         const broadcast_view& k, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i)
    if (k(i) > m(i) + n(i))
      checker(function).fail_value(error_code::out_of_range, "k",
                                   (k.is_scalar() ? "" : "[" + std::to_string(i) + "] ") +
                                       ("is " + text_of(k(i))) + ", must not be more than m + n, " +
                                       text_of(m(i) + n(i)));
}

array crps_poisson(vector_view observations, broadcast_view mean, const distribution_options& options,
                   const context& ctx) {
  constexpr const char* function = "crps_poisson";
  return checked(function, "mean",
                 detail::score<poisson>(function, crps_rows<poisson>, observations, {mean}, options, ctx));
}

crps_poisson_grad_result crps_poisson_grad(vector_view observations, broadcast_view mean,
                                           const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_poisson_grad";
  auto result = detail::gradient<crps_poisson_grad_result, poisson>(function, crps_rows<poisson>,
                                                                    observations, {mean}, options, ctx);
  result.crps = checked(function, "mean", std::move(result.crps));
  return result;
}

array log_score_poisson(vector_view observations, broadcast_view mean, const distribution_options& options,
                        const context& ctx) {
  return detail::score<poisson>("log_score_poisson", log_score_rows<poisson>, observations, {mean}, options,
                                ctx);
}

log_score_poisson_grad_result log_score_poisson_grad(vector_view observations, broadcast_view mean,
                                                     const distribution_options& options,
                                                     const context& ctx) {
  return detail::gradient<log_score_poisson_grad_result, poisson>(
      "log_score_poisson_grad", log_score_rows<poisson>, observations, {mean}, options, ctx);
}

array crps_negbinom(vector_view observations, broadcast_view n, broadcast_view prob,
                    const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_negbinom";
  return checked(
      function, "n",
      detail::score<negbinom>(function, crps_rows<negbinom>, observations, {n, prob}, options, ctx));
}

crps_negbinom_grad_result crps_negbinom_grad(vector_view observations, broadcast_view n, broadcast_view prob,
                                             const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_negbinom_grad";
  auto result = detail::gradient<crps_negbinom_grad_result, negbinom>(function, crps_rows<negbinom>,
                                                                      observations, {n, prob}, options, ctx);
  result.crps = checked(function, "n", std::move(result.crps));
  return result;
}

array log_score_negbinom(vector_view observations, broadcast_view n, broadcast_view prob,
                         const distribution_options& options, const context& ctx) {
  return detail::score<negbinom>("log_score_negbinom", log_score_rows<negbinom>, observations, {n, prob},
                                 options, ctx);
}

log_score_negbinom_grad_result log_score_negbinom_grad(vector_view observations, broadcast_view n,
                                                       broadcast_view prob,
                                                       const distribution_options& options,
                                                       const context& ctx) {
  return detail::gradient<log_score_negbinom_grad_result, negbinom>(
      "log_score_negbinom_grad", log_score_rows<negbinom>, observations, {n, prob}, options, ctx);
}

array crps_binomial(vector_view observations, broadcast_view n, broadcast_view prob,
                    const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_binomial";
  return checked(
      function, "n",
      detail::score<binomial>(function, crps_rows<binomial>, observations, {n, prob}, options, ctx));
}

crps_binomial_grad_result crps_binomial_grad(vector_view observations, broadcast_view n, broadcast_view prob,
                                             const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_binomial_grad";
  auto result = detail::gradient<crps_binomial_grad_result, binomial>(function, crps_rows<binomial>,
                                                                      observations, {n, prob}, options, ctx);
  result.crps = checked(function, "n", std::move(result.crps));
  return result;
}

array log_score_binomial(vector_view observations, broadcast_view n, broadcast_view prob,
                         const distribution_options& options, const context& ctx) {
  return detail::score<binomial>("log_score_binomial", log_score_rows<binomial>, observations, {n, prob},
                                 options, ctx);
}

log_score_binomial_grad_result log_score_binomial_grad(vector_view observations, broadcast_view n,
                                                       broadcast_view prob,
                                                       const distribution_options& options,
                                                       const context& ctx) {
  return detail::gradient<log_score_binomial_grad_result, binomial>(
      "log_score_binomial_grad", log_score_rows<binomial>, observations, {n, prob}, options, ctx);
}

array crps_hypergeometric(vector_view observations, broadcast_view m, broadcast_view n, broadcast_view k,
                          const distribution_options& options, const context& ctx) {
  constexpr const char* function = "crps_hypergeometric";
  array score = detail::score<hypergeometric>(function, crps_rows<hypergeometric>, observations, {m, n, k},
                                              options, ctx);
  detail::check_draws(function, m, n, k, score.size());
  return checked(function, "k", std::move(score));
}

array log_score_hypergeometric(vector_view observations, broadcast_view m, broadcast_view n, broadcast_view k,
                               const distribution_options& options, const context& ctx) {
  constexpr const char* function = "log_score_hypergeometric";
  array score = detail::score<hypergeometric>(function, log_score_rows<hypergeometric>, observations,
                                              {m, n, k}, options, ctx);
  detail::check_draws(function, m, n, k, score.size());
  return score;
}

}  // namespace assay::inline v1::scoring
