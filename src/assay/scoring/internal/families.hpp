// Parametric forecast distributions: the parameters of each family and the values that they may take, said
// once for kernels, checks and messages.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

namespace assay::inline v1::scoring {

/// Values from `least` to `largest`, both included.
struct domain {
  double least;
  double largest;
  const char* wanted;
  double typical;  ///< an ordinary value, for lanes past the end: with 0.5 as outcome every score is finite
  bool whole = false;  ///< whole numbers only
};

namespace domains {
constexpr double k_largest = std::numeric_limits<double>::max();
constexpr domain k_finite{-k_largest, k_largest, "must be finite", 0.0};
constexpr domain k_positive{std::numeric_limits<double>::denorm_min(), k_largest, "must be finite and > 0",
                            1.0};
constexpr domain k_above_one{1.0 + std::numeric_limits<double>::epsilon(), k_largest,
                             "must be finite and > 1", 2.0};
constexpr domain k_below_one{-k_largest, 1.0 - std::numeric_limits<double>::epsilon() / 2.0,
                             "must be finite and < 1", 0.0};
constexpr domain k_inside_unit{k_positive.least, k_below_one.largest, "must be inside (0, 1)", 0.5};
constexpr domain k_share{0.0, 1.0, "must be in [0, 1]", 0.0};
constexpr domain k_not_negative{0.0, k_largest, "must be finite and >= 0", 0.0};
constexpr domain k_positive_share{k_positive.least, 1.0, "must be in (0, 1]", 0.5};
/// Numbers of trials and the like, up to which all whole numbers are doubles.
constexpr domain k_number{0.0, 0x1p53, "must be a whole number >= 0", 1.0, true};
/// Finite, and above another parameter of typical value 0.
constexpr domain k_upper_end{-k_largest, k_largest, "must be finite", 1.0};
/// Ends of an interval.
constexpr domain k_lower_end{-std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::infinity(), "must be a number", -1.0};
constexpr domain k_interval_end{k_lower_end.least, k_lower_end.largest, k_lower_end.wanted, 1.0};
}  // namespace domains

struct parameter_rule {
  const char* name;
  domain values;
};

/// A condition on two parameters of one family, named by their places.
struct pair_rule {
  enum kind { less, sum_at_most_one } wanted;
  std::size_t first;
  std::size_t second;
};

/// The conditions of a family; most have none.
template <class Family>
constexpr std::span<const pair_rule> pair_rules_of() {
  if constexpr (requires { Family::pairs; })
    return Family::pairs;
  else
    return {};
}

/// By how many of its first parameters the scores of a family have derivatives: all, unless it says
/// otherwise.
template <class Family>
constexpr std::size_t derivatives_of() {
  if constexpr (requires { Family::derivatives; })
    return Family::derivatives;
  else
    return Family::parameters.size();
}

template <std::size_t Count>
using parameter_rules = std::array<parameter_rule, Count>;

/// Families of a location and a scale.
constexpr parameter_rules<2> location_scale(const char* location, const char* scale) {
  return {{{location, domains::k_finite}, {scale, domains::k_positive}}};
}

struct normal_family {
  static constexpr auto parameters = location_scale("mu", "sigma");
};

struct logistic_family {
  static constexpr auto parameters = location_scale("mu", "sigma");
};

struct laplace_family {
  static constexpr auto parameters = location_scale("location", "scale");
};

struct exponential_family {
  static constexpr parameter_rules<1> parameters{{{"rate", domains::k_positive}}};
};

struct student_t_family {
  static constexpr parameter_rules<3> parameters{
      {{"df", domains::k_above_one}, {"location", domains::k_finite}, {"scale", domains::k_positive}}};
};

struct gamma_family {
  static constexpr parameter_rules<2> parameters{
      {{"shape", domains::k_positive}, {"rate", domains::k_positive}}};
};

struct beta_family {
  static constexpr parameter_rules<4> parameters{{{"a", domains::k_positive},
                                                  {"b", domains::k_positive},
                                                  {"lower", domains::k_finite},
                                                  {"upper", domains::k_upper_end}}};
  static constexpr std::array<pair_rule, 1> pairs{{{pair_rule::less, 2, 3}}};
};

struct poisson_family {
  static constexpr parameter_rules<1> parameters{{{"mean", domains::k_not_negative}}};
};

struct negbinom_family {
  static constexpr parameter_rules<2> parameters{
      {{"n", domains::k_positive}, {"prob", domains::k_positive_share}}};
};

struct binomial_family {
  static constexpr parameter_rules<2> parameters{{{"n", domains::k_number}, {"prob", domains::k_share}}};
};

struct hypergeometric_family {
  static constexpr parameter_rules<3> parameters{
      {{"m", domains::k_number}, {"n", domains::k_number}, {"k", domains::k_number}}};
};

/// Censored, shifted gamma distribution.
struct csg0_family {
  static constexpr parameter_rules<3> parameters{
      {{"shape", domains::k_positive}, {"rate", domains::k_positive}, {"shift", domains::k_not_negative}}};
};

struct lognormal_family {
  static constexpr auto parameters = location_scale("mulog", "sigmalog");
};

struct loglaplace_family {
  static constexpr parameter_rules<2> parameters{
      {{"locationlog", domains::k_finite}, {"scalelog", domains::k_inside_unit}}};
};

struct loglogistic_family {
  static constexpr parameter_rules<2> parameters{
      {{"mulog", domains::k_finite}, {"sigmalog", domains::k_inside_unit}}};
};

/// Generalised extreme values, and generalised Pareto distributions without a point mass.
struct extreme_value_family {
  static constexpr parameter_rules<3> parameters{
      {{"shape", domains::k_below_one}, {"location", domains::k_finite}, {"scale", domains::k_positive}}};
};

/// Two halves of one kind with a scale each, joined at the location.
struct two_piece_family {
  static constexpr parameter_rules<3> parameters{
      {{"scale1", domains::k_positive}, {"scale2", domains::k_positive}, {"location", domains::k_finite}}};
};

struct exponential_mass_family {
  static constexpr parameter_rules<3> parameters{
      {{"mass", domains::k_share}, {"location", domains::k_finite}, {"scale", domains::k_positive}}};
};

struct uniform_density_family {
  static constexpr parameter_rules<2> parameters{{{"min", domains::k_finite}, {"max", domains::k_upper_end}}};
  static constexpr std::array<pair_rule, 1> pairs{{{pair_rule::less, 0, 1}}};
};

struct uniform_family {
  static constexpr parameter_rules<4> parameters{{{"min", domains::k_finite},
                                                  {"max", domains::k_upper_end},
                                                  {"lmass", domains::k_share},
                                                  {"umass", domains::k_share}}};
  static constexpr std::array<pair_rule, 2> pairs{
      {{pair_rule::less, 0, 1}, {pair_rule::sum_at_most_one, 2, 3}}};
};

struct generalised_pareto_family {
  static constexpr parameter_rules<4> parameters{{{"shape", domains::k_below_one},
                                                  {"location", domains::k_finite},
                                                  {"scale", domains::k_positive},
                                                  {"mass", domains::k_share}}};
};

/// A location-scale family brought into [lower, upper]: truncated, or censored with the mass beyond at the
/// ends. Bounds are held fixed by derivatives.
struct bounded_family {
  static constexpr parameter_rules<4> parameters{{{"location", domains::k_finite},
                                                  {"scale", domains::k_positive},
                                                  {"lower", domains::k_lower_end},
                                                  {"upper", domains::k_interval_end}}};
  static constexpr std::array<pair_rule, 1> pairs{{{pair_rule::less, 2, 3}}};
  static constexpr std::size_t derivatives = 2;
};

/// Truncated, with any point masses at the ends.
struct bounded_mass_family {
  static constexpr parameter_rules<6> parameters{{{"location", domains::k_finite},
                                                  {"scale", domains::k_positive},
                                                  {"lower", domains::k_lower_end},
                                                  {"upper", domains::k_interval_end},
                                                  {"lmass", domains::k_share},
                                                  {"umass", domains::k_share}}};
  static constexpr std::array<pair_rule, 2> pairs{
      {{pair_rule::less, 2, 3}, {pair_rule::sum_at_most_one, 4, 5}}};
  static constexpr std::size_t derivatives = 2;
};

/// The same with degrees of freedom.
struct bounded_t_family {
  static constexpr parameter_rules<5> parameters{{{"df", domains::k_above_one},
                                                  {"location", domains::k_finite},
                                                  {"scale", domains::k_positive},
                                                  {"lower", domains::k_lower_end},
                                                  {"upper", domains::k_interval_end}}};
  static constexpr std::array<pair_rule, 1> pairs{{{pair_rule::less, 3, 4}}};
  static constexpr std::size_t derivatives = 3;
};

struct bounded_t_mass_family {
  static constexpr parameter_rules<7> parameters{{{"df", domains::k_above_one},
                                                  {"location", domains::k_finite},
                                                  {"scale", domains::k_positive},
                                                  {"lower", domains::k_lower_end},
                                                  {"upper", domains::k_interval_end},
                                                  {"lmass", domains::k_share},
                                                  {"umass", domains::k_share}}};
  static constexpr std::array<pair_rule, 2> pairs{
      {{pair_rule::less, 3, 4}, {pair_rule::sum_at_most_one, 5, 6}}};
  static constexpr std::size_t derivatives = 3;
};

}  // namespace assay::inline v1::scoring
