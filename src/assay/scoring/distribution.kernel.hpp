// The loop of all closed-form scores. A formula is a type with
//   parameters, pairs, derivatives   of its family, see internal/families.hpp
//   of(y, parameters, derivatives)   the score and, if wanted, its derivatives by the first parameters
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "assay/core/simd/lanes.hpp"
#include "assay/scoring/internal/families.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {

template <class Arch>
struct distribution_kernels {
  using V = simd::pack<double, Arch>;

  template <class Formula>
  static std::uint32_t rows(const double* y, const double* const* parameters, std::size_t n,
                            double* const* outputs, bool derivatives) noexcept {
    constexpr std::size_t count = Formula::parameters.size();
    using parameter_packs = simd::several<V, count>;
    constexpr std::size_t slopes = derivatives_of<Formula>();
    using result_packs = simd::several<V, slopes + 1>;
    std::array<const double*, count> inputs{};
    for (std::size_t k = 0; k < count; ++k) inputs[k] = parameters[k];
    bool valid = true;
    simd::for_each_long<Arch>(n, [=, &valid](auto at) {
      parameter_packs p;
      for (std::size_t k = 0; k < count; ++k)
        p.values[k] = at.load(inputs[k], Formula::parameters[k].values.typical);
      const V outcome = at.load(y, 0.5);
      result_packs result;
      ASSAY_CALL_INLINE result = Formula::of(outcome, p, derivatives);
      auto good = outcome - outcome == V(0.0);
      for (std::size_t k = 0; k < count; ++k) {
        constexpr auto rules = Formula::parameters;
        good = good && p.values[k] >= V(rules[k].values.least) && p.values[k] <= V(rules[k].values.largest);
      }
      for (const pair_rule& rule : pair_rules_of<Formula>()) {
        const V first = p.values[rule.first], second = p.values[rule.second];
        good = good && (rule.wanted == pair_rule::less ? first < second : first + second <= V(1.0));
      }
      valid = valid && simd::all(good);
      at.store(outputs[0], result.values[0]);
      if (derivatives)
        for (std::size_t k = 1; k <= slopes; ++k) at.store(outputs[k], result.values[k]);
    });
    return valid ? k_status_ok : k_status_not_finite;
  }
};

}  // namespace assay::inline v1::scoring
