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
};

namespace domains {
constexpr double k_largest = std::numeric_limits<double>::max();
constexpr domain k_finite{-k_largest, k_largest, "must be finite", 0.0};
constexpr domain k_positive{std::numeric_limits<double>::denorm_min(), k_largest, "must be finite and > 0",
                            1.0};
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

}  // namespace assay::inline v1::scoring
