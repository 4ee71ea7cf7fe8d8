// Cross entropy with label smoothing e, class weights w and z-loss zeta; L = lse = log sum exp(z), k classes:
//   u = (1-e) w_y (L - z_y) + (e/k) sum_c w_c (L - z_c) + w_y zeta L^2
//   du/dz_j = p_j [(1-e) w_y + (e/k) sum w + 2 w_y zeta L] - (e/k) w_j - [j = y] (1-e) w_y
#pragma once

#include <cstddef>

#include "assay/losses/kernels.hpp"
#include "assay/losses/phi.kernel.hpp"

namespace assay::inline v1::losses {

template <class Arch>
struct smoothing_kernels {
  using V = simd::pack<double, Arch>;

  static void apply(const smoothed_rows& rows, std::size_t count) noexcept {
    simd::for_each_long<Arch>(count, [rows](auto at) {
      const V gap = at.load(rows.gap), rest = at.load(rows.rest, 1.0);
      const auto odds = label_odds<V>::of(gap, rest);
      const V label_logit = at.load(rows.label_logit), weight = at.load(rows.label_weight);
      const V weight_sum = at.load(rows.weight_sum);
      const V share = rows.smoothing / at.load(rows.classes, 1.0);
      // lse above the largest logit; both forms are sums of terms >= 0.
      const auto ahead = gap >= V(0.0);
      const V above = select(ahead, odds.cross_entropy(), vmath::log(rest) + odds.log1p_e);
      const V lse = select(ahead, label_logit, label_logit - gap) + above;
      const V hard = (1.0 - rows.smoothing) * weight;
      const V pull = 2.0 * rows.z_loss * weight * lse;
      const V spread = at.load(rows.excess) + weight_sum * above;

      at.store(rows.value, hard * odds.cross_entropy() + share * spread + rows.z_loss * weight * lse * lse);
      at.store(rows.factor, (hard + share * weight_sum + pull) * odds.q() / rest);
      at.store(rows.share, share);
      at.store(rows.label_slope,
               share * (odds.p() * weight_sum - weight) + pull * odds.p() - hard * odds.q());
    });
  }
};

}  // namespace assay::inline v1::losses
