// Sums in lanes that stay within a few half ulp of the exact sum, whatever their length.
#pragma once

#include <cstddef>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::scoring {

/// Running sum; the error of each addition is known exactly (two-sum, Knuth) and added at the end.
template <class V>
class compensated_lanes {
 public:
  ASSAY_INLINE void add(V term) noexcept {
    const V next = sum_ + term;
    const V taken = next - sum_;
    lost_ += (sum_ - (next - taken)) + (term - taken);
    sum_ = next;
  }
  /// Never -0: a sum of nothing is +0.
  [[nodiscard]] ASSAY_INLINE V value() const noexcept { return (sum_ + lost_) + V(0.0); }

 private:
  V sum_ = V(0.0);
  V lost_ = V(0.0);
};

/// term(0) + ... + term(count - 1): plain additions in fours (at most two roundings a term), the fours
/// compensated.
template <class V, class Term>
ASSAY_INLINE V sum_in_fours(std::size_t count, const Term& term) noexcept {
  compensated_lanes<V> total;
  std::size_t k = 0;
  for (; k + 4 <= count; k += 4) total.add((term(k) + term(k + 1)) + (term(k + 2) + term(k + 3)));
  if (k + 3 == count) total.add((term(k) + term(k + 1)) + term(k + 2));
  if (k + 2 == count) total.add(term(k) + term(k + 1));
  if (k + 1 == count) total.add(term(k));
  return total.value();
}

}  // namespace assay::inline v1::scoring
