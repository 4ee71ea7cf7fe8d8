#include "assay/scoring/pit_distribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "assay/core/internal/tails.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/beta.hpp"
#include "assay/core/vmath/gamma.hpp"
#include "assay/scoring/beta.hpp"
#include "assay/scoring/bounded.hpp"
#include "assay/scoring/censored_shifted_gamma.hpp"
#include "assay/scoring/discrete.hpp"
#include "assay/scoring/exponential.hpp"
#include "assay/scoring/exponential_mass.hpp"
#include "assay/scoring/gamma.hpp"
#include "assay/scoring/generalised_extreme_value.hpp"
#include "assay/scoring/generalised_pareto.hpp"
#include "assay/scoring/internal/discrete.hpp"
#include "assay/scoring/internal/named_distribution.hpp"
#include "assay/scoring/laplace.hpp"
#include "assay/scoring/logistic.hpp"
#include "assay/scoring/loglaplace.hpp"
#include "assay/scoring/loglogistic.hpp"
#include "assay/scoring/lognormal.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/student_t.hpp"
#include "assay/scoring/student_t_bounded.hpp"
#include "assay/scoring/two_piece.hpp"
#include "assay/scoring/uniform.hpp"

namespace assay::inline v1::scoring {
namespace {

namespace g = vmath::generic;
using internal::student_t_two_sided;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_too_wide = -1.0;  // in place of a probability: the forecast fits no table

// F(y-) and F(y).
struct sides {
  double below;
  double at;
};

sides continuous(double cdf) { return {cdf, cdf}; }

// ---- distribution functions ----

double lower_gamma_share(double shape, double x) {
  if (!(x > 0.0)) return 0.0;
  return g::lower_gamma(shape, x, g::power_over_gamma(g::gamma_shape_of(shape), x).value());
}

// I_x(a, b), y = 1 - x.
double beta_share(double a, double b, double x, double y) {
  if (!(x > 0.0)) return 0.0;
  if (!(y > 0.0)) return 1.0;
  return g::incomplete_beta(a, b, g::beta_shape_of(a, b), x, y).value;
}

// 1 - e^-x for x >= 0.
double risen(double x) { return -vmath::expm1(-x); }

double laplace_cdf(double z) { return z < 0.0 ? 0.5 * vmath::exp(z) : 1.0 - 0.5 * vmath::exp(-z); }

double student_t_cdf(double z, double df) {
  const double tail = 0.5 * student_t_two_sided(z, df);
  return z < 0.0 ? tail : 1.0 - tail;
}

// log(1 + shape z)/shape, beyond the end of the support infinite.
double stretched(double shape, double z) {
  const double grown = shape * z;
  if (shape == 0.0) return z;
  if (grown <= -1.0) return shape > 0.0 ? -k_infinity : k_infinity;
  return vmath::log1p(grown) / shape;
}

// What truncation and censoring need of a location-scale family.
struct normal_base {
  [[nodiscard]] double cdf(double z) const { return vmath::normal_cdf(z); }
  [[nodiscard]] double log_cdf(double z) const { return vmath::normal_log_cdf(z); }
};
struct logistic_base {
  [[nodiscard]] double cdf(double z) const { return vmath::logistic(z); }
  [[nodiscard]] double log_cdf(double z) const { return -vmath::softplus(-z); }
};
struct student_t_base {
  double df;
  [[nodiscard]] double cdf(double z) const { return student_t_cdf(z, df); }
  [[nodiscard]] double log_cdf(double z) const { return vmath::log(cdf(z)); }
};

// (G(z) - G(l))/(G(u) - G(l)) in the half where G is small, so that an interval far out keeps its digits.
template <class Base>
double truncated_share(const Base& base, double z, double lower, double upper) {
  if (z <= lower) return 0.0;
  if (z >= upper) return 1.0;
  if (lower + upper > 0.0) return 1.0 - truncated_share(base, -z, -upper, -lower);
  const double end = base.log_cdf(upper);
  const double here = base.log_cdf(z) - end;
  const double start = std::isinf(lower) ? -k_infinity : base.log_cdf(lower) - end;
  if (start == -k_infinity) return vmath::exp(here);
  const double share = vmath::exp(here) * (vmath::expm1(start - here) / vmath::expm1(start));
  return std::clamp(share, 0.0, 1.0);
}

// A place on the standardised axis.
double standardised(double y, double location, double scale) { return (y - location) / scale; }

struct interval_place {
  double z, lower, upper;
};

// p: location, scale, lower, upper.
interval_place place_of(double y, const double* p) {
  return {standardised(y, p[0], p[1]), standardised(p[2], p[0], p[1]), standardised(p[3], p[0], p[1])};
}

template <class Base>
sides truncated(const Base& base, double y, const double* p, double lmass, double umass) {
  if (y < p[2]) return continuous(0.0);
  if (y > p[3]) return continuous(1.0);
  const auto [z, lower, upper] = place_of(y, p);
  const double inside = lmass + (1.0 - lmass - umass) * truncated_share(base, z, lower, upper);
  return {y == p[2] ? 0.0 : inside, y == p[3] ? 1.0 : inside};
}

template <class Base>
sides censored(const Base& base, double y, const double* p) {
  if (y < p[2]) return continuous(0.0);
  if (y > p[3]) return continuous(1.0);
  const double cdf = base.cdf(place_of(y, p).z);
  return {y == p[2] ? 0.0 : cdf, y == p[3] ? 1.0 : cdf};
}

// F(j) at whole j, and y between them.
template <class Cdf>
sides counted(double y, Cdf&& cdf) {
  return {cdf(std::ceil(y) - 1.0), cdf(std::floor(y))};
}

// ---- families ----

// Each: parameters as of its scores, then F on both sides of y and the scores. `none` stands for a family
// without a density.
using score_function = array (*)(const vector_view& y, const std::vector<broadcast_view>& p,
                                 const distribution_options& options, const context& ctx);
constexpr score_function none = nullptr;

// A public function of the observations and one view a parameter.
template <auto Function, std::size_t... I>
array call(const vector_view& y, const std::vector<broadcast_view>& p, const distribution_options& options,
           const context& ctx) {
  return Function(y, p[I]..., options, ctx);
}
template <auto Function, std::size_t... I>
constexpr score_function with(std::index_sequence<I...>) {
  return call<Function, I...>;
}
template <auto Function, std::size_t Count>
constexpr score_function scored = with<Function>(std::make_index_sequence<Count>());

struct entry {
  const char* name;
  std::span<const parameter_rule> rules;
  std::span<const pair_rule> pairs;
  sides (*probabilities)(double y, const double* p);
  score_function crps;
  score_function log_score;
};

template <class Family, auto Crps, class Sides>
constexpr entry family(const char* name, Sides probabilities) {
  constexpr std::size_t count = Family::parameters.size();
  return {name, Family::parameters, pair_rules_of<Family>(), probabilities, scored<Crps, count>, none};
}
template <class Family, auto Crps, auto LogScore, class Sides>
constexpr entry family(const char* name, Sides probabilities) {
  constexpr std::size_t count = Family::parameters.size();
  return {name,          Family::parameters,  pair_rules_of<Family>(),
          probabilities, scored<Crps, count>, scored<LogScore, count>};
}

// In the order of distribution_family.
constexpr std::array<entry, 30> k_families{{
    family<normal_family, crps_normal, log_score_normal>(
        "normal",
        [](double y, const double* p) { return continuous(vmath::normal_cdf(standardised(y, p[0], p[1]))); }),
    family<logistic_family, crps_logistic, log_score_logistic>(
        "logistic",
        [](double y, const double* p) { return continuous(vmath::logistic(standardised(y, p[0], p[1]))); }),
    family<laplace_family, crps_laplace, log_score_laplace>(
        "laplace",
        [](double y, const double* p) { return continuous(laplace_cdf(standardised(y, p[0], p[1]))); }),
    family<student_t_family, crps_t, log_score_t>(
        "t", [](double y,
                const double* p) { return continuous(student_t_cdf(standardised(y, p[1], p[2]), p[0])); }),
    family<two_piece_family, crps_two_piece_normal, log_score_two_piece_normal>(
        "two_piece_normal",
        [](double y, const double* p) {
          const double x = y - p[2], both = p[0] + p[1];
          return continuous(x < 0.0 ? 2.0 * (p[0] / both) * vmath::normal_cdf(x / p[0])
                                    : 1.0 - 2.0 * (p[1] / both) * vmath::normal_cdf(-x / p[1]));
        }),
    family<two_piece_family, crps_two_piece_exponential, log_score_two_piece_exponential>(
        "two_piece_exponential",
        [](double y, const double* p) {
          const double x = y - p[2], both = p[0] + p[1];
          return continuous(x < 0.0 ? p[0] / both * vmath::exp(x / p[0])
                                    : 1.0 - p[1] / both * vmath::exp(-x / p[1]));
        }),
    family<exponential_family, crps_exponential, log_score_exponential>(
        "exponential", [](double y, const double* p) { return continuous(risen(p[0] * std::max(y, 0.0))); }),
    family<exponential_mass_family, crps_exponential_mass>("exponential_mass",
                                                           [](double y, const double* p) {
                                                             const double z = standardised(y, p[1], p[2]);
                                                             if (z < 0.0) return continuous(0.0);
                                                             const double cdf =
                                                                 p[0] + (1.0 - p[0]) * risen(z);
                                                             return sides{z == 0.0 ? 0.0 : cdf, cdf};
                                                           }),
    family<gamma_family, crps_gamma, log_score_gamma>(
        "gamma", [](double y, const double* p) { return continuous(lower_gamma_share(p[0], p[1] * y)); }),
    family<csg0_family, crps_csg0>("csg0",
                                   [](double y, const double* p) {
                                     if (y < 0.0) return continuous(0.0);
                                     const double cdf = lower_gamma_share(p[0], p[1] * (y + p[2]));
                                     return sides{y == 0.0 ? 0.0 : cdf, cdf};
                                   }),
    family<lognormal_family, crps_lognormal, log_score_lognormal>(
        "lognormal",
        [](double y, const double* p) {
          return continuous(y > 0.0 ? vmath::normal_cdf(standardised(vmath::log(y), p[0], p[1])) : 0.0);
        }),
    family<loglaplace_family, crps_loglaplace, log_score_loglaplace>(
        "loglaplace",
        [](double y, const double* p) {
          return continuous(y > 0.0 ? laplace_cdf(standardised(vmath::log(y), p[0], p[1])) : 0.0);
        }),
    family<loglogistic_family, crps_loglogistic, log_score_loglogistic>(
        "loglogistic",
        [](double y, const double* p) {
          return continuous(y > 0.0 ? vmath::logistic(standardised(vmath::log(y), p[0], p[1])) : 0.0);
        }),
    family<beta_family, crps_beta, log_score_beta>("beta",
                                                   [](double y, const double* p) {
                                                     const double width = p[3] - p[2];
                                                     return continuous(beta_share(
                                                         p[0], p[1], (y - p[2]) / width, (p[3] - y) / width));
                                                   }),
    family<uniform_family, crps_uniform>("uniform",
                                         [](double y, const double* p) {
                                           if (y < p[0]) return continuous(0.0);
                                           if (y > p[1]) return continuous(1.0);
                                           const double inside =
                                               p[2] + (1.0 - p[2] - p[3]) * ((y - p[0]) / (p[1] - p[0]));
                                           return sides{y == p[0] ? 0.0 : inside, y == p[1] ? 1.0 : inside};
                                         }),
    family<extreme_value_family, crps_gev, log_score_gev>("gev",
                                                          [](double y, const double* p) {
                                                            const double x =
                                                                stretched(p[0], standardised(y, p[1], p[2]));
                                                            return continuous(vmath::exp(-vmath::exp(-x)));
                                                          }),
    family<generalised_pareto_family, crps_gpd>("gpd",
                                                [](double y, const double* p) {
                                                  const double z = standardised(y, p[1], p[2]);
                                                  if (z < 0.0) return continuous(0.0);
                                                  const double cdf =
                                                      p[3] + (1.0 - p[3]) * risen(stretched(p[0], z));
                                                  return sides{z == 0.0 ? 0.0 : cdf, cdf};
                                                }),
    family<bounded_family, crps_tnormal, log_score_tnormal>(
        "tnormal", [](double y, const double* p) { return truncated(normal_base{}, y, p, 0.0, 0.0); }),
    family<bounded_family, crps_cnormal>(
        "cnormal", [](double y, const double* p) { return censored(normal_base{}, y, p); }),
    family<bounded_mass_family, crps_gtcnormal>(
        "gtcnormal", [](double y, const double* p) { return truncated(normal_base{}, y, p, p[4], p[5]); }),
    family<bounded_family, crps_tlogistic, log_score_tlogistic>(
        "tlogistic", [](double y, const double* p) { return truncated(logistic_base{}, y, p, 0.0, 0.0); }),
    family<bounded_family, crps_clogistic>(
        "clogistic", [](double y, const double* p) { return censored(logistic_base{}, y, p); }),
    family<bounded_mass_family, crps_gtclogistic>(
        "gtclogistic",
        [](double y, const double* p) { return truncated(logistic_base{}, y, p, p[4], p[5]); }),
    family<bounded_t_family, crps_tt, log_score_tt>(
        "tt", [](double y, const double* p) { return truncated(student_t_base{p[0]}, y, p + 1, 0.0, 0.0); }),
    family<bounded_t_family, crps_ct>(
        "ct", [](double y, const double* p) { return censored(student_t_base{p[0]}, y, p + 1); }),
    family<bounded_t_mass_family, crps_gtct>(
        "gtct",
        [](double y, const double* p) { return truncated(student_t_base{p[0]}, y, p + 1, p[5], p[6]); }),
    family<poisson_family, crps_poisson, log_score_poisson>("poisson",
                                                            [](double y, const double* p) {
                                                              return counted(y, [&](double j) {
                                                                if (j < 0.0) return 0.0;
                                                                return p[0] > 0.0 ? 1.0 - lower_gamma_share(
                                                                                              j + 1.0, p[0])
                                                                                  : 1.0;
                                                              });
                                                            }),
    family<negbinom_family, crps_negbinom, log_score_negbinom>("negbinom",
                                                               [](double y, const double* p) {
                                                                 return counted(y, [&](double j) {
                                                                   return j < 0.0
                                                                              ? 0.0
                                                                              : beta_share(p[0], j + 1.0,
                                                                                           p[1], 1.0 - p[1]);
                                                                 });
                                                               }),
    family<binomial_family, crps_binomial, log_score_binomial>("binomial",
                                                               [](double y, const double* p) {
                                                                 return counted(y, [&](double j) {
                                                                   if (j < 0.0) return 0.0;
                                                                   return j < p[0]
                                                                              ? beta_share(p[0] - j, j + 1.0,
                                                                                           1.0 - p[1], p[1])
                                                                              : 1.0;
                                                                 });
                                                               }),
    family<hypergeometric_family, crps_hypergeometric,
           log_score_hypergeometric>("hypergeometric",
                                     [](double y, const double* p) {
                                       if (p[2] > p[0] + p[1]) return continuous(k_nan);
                                       const auto table = detail::hypergeometric_table(p[0], p[1], p[2]);
                                       if (!table.usable()) return continuous(k_too_wide);
                                       return counted(y, [&](double j) { return table.cdf(j); });
                                     }),
}};

const entry& entry_of(distribution_family family) { return k_families[static_cast<std::size_t>(family)]; }

constexpr std::size_t k_most_parameters = 7;

bool is_inside(const entry& found, const double* p) {
  for (std::size_t k = 0; k < found.rules.size(); ++k) {
    const domain& values = found.rules[k].values;
    if (!(p[k] >= values.least && p[k] <= values.largest) || (values.whole && p[k] != std::floor(p[k])))
      return false;
  }
  return std::ranges::all_of(found.pairs, [p](const pair_rule& rule) {
    const double a = p[rule.first], b = p[rule.second];
    return rule.wanted == pair_rule::less ? a < b : a + b <= 1.0;
  });
}

std::uint32_t fill_probabilities(const entry& found, const double* y, const double* const* parameters,
                                 std::size_t n, double* const* outputs) noexcept {
  std::uint32_t status = k_status_ok;
  for (std::size_t i = 0; i < n; ++i) {
    std::array<double, k_most_parameters> p{};
    for (std::size_t k = 0; k < found.rules.size(); ++k) p[k] = parameters[k][i];
    sides result{k_nan, k_nan};
    if (std::isfinite(y[i]) && is_inside(found, p.data()))
      result = found.probabilities(y[i], p.data());
    else
      status = k_status_not_finite;
    outputs[0][i] = result.below;
    outputs[1][i] = result.at;
  }
  return status;
}

// As the kernels of the scores, so that rows and checks are theirs: F(y-) stands for the score, F(y) for its
// derivative.
template <std::size_t Index>
std::uint32_t probability_rows(const double* y, const double* const* parameters, std::size_t n,
                               double* const* outputs, bool, bool) noexcept {
  return fill_probabilities(k_families[Index], y, parameters, n, outputs);
}

template <std::size_t... Index>
constexpr std::array<distribution_kernel, sizeof...(Index)> kernels_of(std::index_sequence<Index...>) {
  return {probability_rows<Index>...};
}

constexpr auto k_kernels = kernels_of(std::make_index_sequence<k_families.size()>());

// Column k of parameters (p) or (n, p).
broadcast_view column_of(const array_view& parameters, std::size_t k) {
  if (parameters.rank() == 1) return parameters(k);
  const auto offset = static_cast<std::ptrdiff_t>(k) * parameters.stride(1) *
                      static_cast<std::ptrdiff_t>(size_of(parameters.type()));
  return vector_view(array_view(static_cast<const std::byte*>(parameters.data()) + offset, parameters.type(),
                                1, {parameters.extent(0)}, {parameters.stride(0)}));
}

}  // namespace

namespace detail {

named_distribution::named_distribution(const checker& check, distribution_family family,
                                       const array_view& parameters, const char* name)
    : family_(family), name_(name) {
  check.not_empty(parameters, name);
  const entry& found = entry_of(family);
  const std::size_t wanted = found.rules.size(), given = parameters.extent(parameters.rank() - 1);
  if (parameters.rank() > 2 || given != wanted) {
    std::string names;
    for (const parameter_rule& rule : found.rules)
      names += (names.empty() ? "" : ", ") + std::string(rule.name);
    check.fail_shape(error_code::length_mismatch, name,
                     "has shape " + shape_text(parameters) + ", " + found.name + " wants " +
                         std::to_string(wanted) + " a forecast: " + names);
  }
  for (std::size_t k = 0; k < wanted; ++k) columns_.push_back(column_of(parameters, k));
}

array named_distribution::crps(const vector_view& observations, const distribution_options& options,
                               const context& ctx) const {
  return entry_of(family_).crps(observations, columns_, options, ctx);
}

bool has_log_score(distribution_family family) { return entry_of(family).log_score != none; }

array named_distribution::log_score(const vector_view& observations, const distribution_options& options,
                                    const context& ctx) const {
  return entry_of(family_).log_score(observations, columns_, options, ctx);
}

pit_distribution_result named_distribution::probabilities(const char* function,
                                                          const vector_view& observations,
                                                          const distribution_options& options,
                                                          const context& ctx) const {
  const entry& found = entry_of(family_);
  std::array<array, 1> at{array(dtype::float64, {observations.size()})};
  array below = score_rows({function, k_kernels[static_cast<std::size_t>(family_)], found.rules, found.pairs,
                            observations, columns_, options, ctx},
                           at);
  if (family_ == distribution_family::hypergeometric) {
    check_draws(function, columns_[0], columns_[1], columns_[2], below.size());
    for (std::size_t i = 0; i < below.size(); ++i)
      if (below[i] == k_too_wide)
        checker(function).fail_value(
            error_code::budget_exceeded, name_,
            "of row " + std::to_string(i) + " spread the forecast over more than 2^20 counts");
  }
  return {std::move(below), std::move(at[0])};
}

}  // namespace detail

pit_distribution_result pit_distribution(vector_view observations, distribution_family family,
                                         array_view parameters, const distribution_options& options,
                                         const context& ctx) {
  const checker check("pit_distribution");
  check.not_empty(observations, "observations");
  return detail::named_distribution(check, family, parameters, "parameters")
      .probabilities(check.function(), observations, options, ctx);
}

}  // namespace assay::inline v1::scoring
