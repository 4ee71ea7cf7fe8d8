// Sorting rows that must be put back: members ascend, and each knows where it came from.
//
// Moving an index along with every member would double the work of the network. Instead the index replaces
// the lowest bits of the member: ceil(log2 m) bits of 52, so the order is right except between members that
// agree in all higher bits. The true members are then fetched by their indices; where two neighbours are in
// the wrong order, which needs members equal to some 40 bits but not equal, an insertion sort of the lane
// mends it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"
#include "assay/scoring/columns.kernel.hpp"
#include "assay/scoring/kernels.hpp"
#include "assay/scoring/rows.kernel.hpp"

namespace assay::inline v1::scoring {

template <class Element, class Arch>
class tagged_rows {
 public:
  using V = simd::pack<double, Arch>;
  static constexpr std::size_t width = V::width;

  /// Rows i .. i + W - 1. Uses the first two of the four tables of scratch.
  ASSAY_INLINE tagged_rows(const ensemble_rows<Element>& rows, std::size_t i) noexcept
      : source_(rows.members + i * rows.m, rows.rows - i, rows.m, rows.members + rows.rows * rows.m),
        m_(rows.m),
        tags_(reinterpret_cast<double*>(rows.scratch)),
        values_(tags_ + rows.m * width) {
    while (mask_ + 1 < m_) mask_ = 2 * mask_ + 1;
    const tagged_source tagged{source_, mask_};
    if (rows.sorted)
      column_sorter<V>::store_all(tags_, m_, tagged);
    else
      column_sorter<V>::sort(tags_, m_, tagged);
    fetch();
    if (!descends_) return;
    status_ = rows.sorted ? k_status_not_sorted : k_status_ok;
    mend();
  }

  /// Whether members that should ascend do not.
  [[nodiscard]] ASSAY_INLINE std::uint32_t status() const noexcept { return status_; }

  /// Member k in ascending order, all lanes.
  [[nodiscard]] ASSAY_INLINE V operator()(std::size_t k) const noexcept {
    return V::load(values_ + k * width);
  }
  /// Where member k of a lane stood in its row.
  [[nodiscard]] ASSAY_INLINE std::size_t index(std::size_t k, std::size_t lane) const noexcept {
    return static_cast<std::size_t>(simd::bits(tags_[k * width + lane]) & mask_);
  }
  /// Whether two members of a lane are equal.
  [[nodiscard]] ASSAY_INLINE bool tied() const noexcept { return tied_; }

 private:
  struct tagged_source {
    using bits = simd::pack<std::uint64_t, Arch>;
    const row_source<double, Arch, Element>& source;
    std::uint64_t mask;

    template <std::size_t Count>
    ASSAY_INLINE void columns(std::size_t first, V* q) const noexcept {
      source.template columns<Count>(first, q);
      for (std::size_t t = 0; t < Count; ++t)
        q[t] =
            simd::from_bits((simd::bits(q[t]) & bits(~mask)) | bits(static_cast<std::uint64_t>(first + t)));
    }
  };

  ASSAY_INLINE void fetch() noexcept {
    for (std::size_t lane = 0; lane < width; ++lane) {
      const Element* row = source_.row(lane);
      for (std::size_t k = 0; k < m_; ++k)
        values_[k * width + lane] = static_cast<double>(row[index(k, lane)]);
    }
    auto descends = V(0.0) < V(0.0);
    auto equal = descends;
    for (std::size_t k = 1; k < m_; ++k) {
      const V before = (*this)(k - 1);
      const V here = (*this)(k);
      descends = descends || here < before;
      equal = equal || here == before;
    }
    tied_ = simd::any(equal);
    descends_ = simd::any(descends);
  }

  // Rare, so in plain loops.
  void mend() noexcept {
    for (std::size_t lane = 0; lane < width; ++lane)
      for (std::size_t k = 1; k < m_; ++k)
        for (std::size_t at = k * width + lane; at >= width && values_[at] < values_[at - width];
             at -= width) {
          swap(values_[at], values_[at - width]);
          swap(tags_[at], tags_[at - width]);
        }
    tied_ = true;  // not looked for again: the general way is always right
  }
  static ASSAY_INLINE void swap(double& a, double& b) noexcept {
    const double first = a;
    a = b;
    b = first;
  }

  row_source<double, Arch, Element> source_;
  std::size_t m_;
  std::uint64_t mask_ = 0;
  double* tags_;
  double* values_;
  bool tied_ = false;
  bool descends_ = false;
  std::uint32_t status_ = k_status_ok;
};

}  // namespace assay::inline v1::scoring
