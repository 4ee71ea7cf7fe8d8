// The scores of all families of forecast distributions behind one signature, for tests that hold for each of
// them.
#pragma once

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::testing {

using columns = std::vector<broadcast_view>;

/// Score and derivatives by the parameters.
struct gradient {
  array score;
  std::vector<array> derivatives;
};

/// One score of a family; null functions where there is none.
struct family_score {
  array (*score)(const vector_view& y, const columns& p, scoring::nan_policy policy,
                 unsigned threads) = nullptr;
  gradient (*grad)(const vector_view& y, const columns& p, scoring::nan_policy policy) = nullptr;
  std::size_t parameters = 0;
};

/// A parameter's value outside its domain and what the message says of it.
struct bad_value {
  std::size_t parameter;
  double value;
  std::string wanted;
  std::string blamed = {};  ///< the argument that the message names; empty: the parameter
};

struct family {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<double> ordinary;  ///< a forecast whose support holds 1/2, its scale between 1/2 and 2
  family_score crps;
  family_score log_score;
  std::vector<bad_value> bad;
  double tolerance;           ///< of the scores, relative to the largest of their terms
  double gradient_tolerance;  ///< of derivatives, likewise
};

inline std::ostream& operator<<(std::ostream& out, const family& f) { return out << f.name; }

/// Members of a result of `Count` derivatives.
template <std::size_t Count, class Result>
gradient parts(Result r) {
  gradient g;
  const auto take = [&g](array& score, auto&... derivatives) {
    g.score = std::move(score);
    (g.derivatives.push_back(std::move(derivatives)), ...);
  };
  if constexpr (Count == 1) {
    auto& [s, a] = r;
    take(s, a);
  } else if constexpr (Count == 2) {
    auto& [s, a, b] = r;
    take(s, a, b);
  } else if constexpr (Count == 3) {
    auto& [s, a, b, c] = r;
    take(s, a, b, c);
  } else if constexpr (Count == 4) {
    auto& [s, a, b, c, d] = r;
    take(s, a, b, c, d);
  } else if constexpr (Count == 5) {
    auto& [s, a, b, c, d, e] = r;
    take(s, a, b, c, d, e);
  } else if constexpr (Count == 6) {
    auto& [s, a, b, c, d, e, f] = r;
    take(s, a, b, c, d, e, f);
  } else {
    static_assert(Count == 7);
    auto& [s, a, b, c, d, e, f, h] = r;
    take(s, a, b, c, d, e, f, h);
  }
  return g;
}

/// The public functions Score and Grad of Count parameters, with derivatives by the first of them.
template <std::size_t Count, auto Score, auto Grad, std::size_t Derivatives = Count>
family_score score_of() {
  return {[](const vector_view& y, const columns& p, scoring::nan_policy policy, unsigned threads) {
            return [&]<std::size_t... I>(std::index_sequence<I...>) {
              return Score(y, p[I]..., {policy}, {.threads = threads});
            }
            (std::make_index_sequence<Count>());
          },
          [](const vector_view& y, const columns& p, scoring::nan_policy policy) {
            return [&]<std::size_t... I>(std::index_sequence<I...>) {
              return parts<Derivatives>(Grad(y, p[I]..., {policy}, {}));
            }
            (std::make_index_sequence<Count>());
          },
          Count};
}

const std::vector<family>& families();

/// What a table of references says of one forecast.
struct distribution_reference {
  std::string family;
  double y;
  std::vector<double> parameters;
  double crps;
  std::vector<double> crps_derivatives;
  double log_score;                           ///< NaN: the family has none
  std::vector<double> log_score_derivatives;  ///< empty where the score is infinite
};

/// All rows of distribution_references.inc.
const std::vector<distribution_reference>& references();

}  // namespace assay::testing
