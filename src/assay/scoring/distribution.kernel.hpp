// The loop of all closed-form scores. A formula is a type with
//   parameters, pairs, derivatives   of its family, see internal/families.hpp
//   of(y, parameters, derivatives)   the score and, if wanted, its derivatives by the first parameters
// and, where much depends on the parameters alone,
//   prepare(parameters, derivatives)   that part, made once where all forecasts are the same, then given to
//   of(y, parameters, prepared, derivatives)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

/// Prepared parts of a formula that has none.
struct nothing_prepared {};

template <class Arch>
struct distribution_kernels {
  using V = simd::pack<double, Arch>;

  template <class Formula, class P>
  static ASSAY_INLINE auto prepared_of(const P& p, bool derivatives) noexcept {
    if constexpr (requires { Formula::prepare(p, derivatives); })
      return Formula::prepare(p, derivatives);
    else
      return nothing_prepared();
  }

  template <class Formula, class P, class Prepared>
  static ASSAY_INLINE auto results_of(V y, const P& p, const Prepared& prepared, bool derivatives) noexcept {
    if constexpr (std::is_same_v<Prepared, nothing_prepared>)
      return Formula::of(y, p, derivatives);
    else
      return Formula::of(y, p, prepared, derivatives);
  }

  /// Where the parameters are as the family's rules want them.
  template <class Formula, class P>
  static ASSAY_INLINE auto allowed(const P& p) noexcept {
    constexpr auto rules = Formula::parameters;
    auto good = p.values[0] == p.values[0];
    for (std::size_t k = 0; k < rules.size(); ++k)
      good = good && p.values[k] >= V(rules[k].values.least) && p.values[k] <= V(rules[k].values.largest);
    for (const pair_rule& rule : pair_rules_of<Formula>()) {
      const V first = p.values[rule.first], second = p.values[rule.second];
      good = good && (rule.wanted == pair_rule::less ? first < second : first + second <= V(1.0));
    }
    return good;
  }

  template <class Formula>
  static std::uint32_t rows(const double* y, const double* const* parameters, std::size_t n,
                            double* const* outputs, bool derivatives, bool constant) noexcept {
    constexpr std::size_t count = Formula::parameters.size();
    using parameter_packs = simd::several<V, count>;
    constexpr std::size_t slopes = derivatives_of<Formula>();
    using result_packs = simd::several<V, slopes + 1>;
    std::array<const double*, count> inputs{};
    for (std::size_t k = 0; k < count; ++k) inputs[k] = parameters[k];
    decltype(prepared_of<Formula>(parameter_packs{}, derivatives)) prepared{};
    parameter_packs p;
    bool valid = true, ready = false;
    simd::for_each_long<Arch>(n, [=, &p, &valid, &ready, &prepared](auto at) {
      if (!(constant && ready)) {
        for (std::size_t k = 0; k < count; ++k)
          p.values[k] = at.load(inputs[k], Formula::parameters[k].values.typical);
        valid = valid && simd::all(allowed<Formula>(p));
        ASSAY_CALL_INLINE prepared = prepared_of<Formula>(p, derivatives);
        ready = true;
      }
      const V outcome = at.load(y, 0.5);
      result_packs result;
      ASSAY_CALL_INLINE result = results_of<Formula>(outcome, p, prepared, derivatives);
      valid = valid && simd::all(outcome - outcome == V(0.0));
      at.store(outputs[0], result.values[0]);
      if (derivatives)
        for (std::size_t k = 1; k <= slopes; ++k) at.store(outputs[k], result.values[k]);
    });
    return valid ? k_status_ok : k_status_not_finite;
  }
};

}  // namespace assay::inline v1::scoring
