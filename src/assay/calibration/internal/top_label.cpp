#include "assay/calibration/internal/top_label.hpp"

#include <algorithm>
#include <numeric>

namespace assay::inline v1::calibration::internal {
namespace {

std::size_t first_largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

top_labels top_labels_of(const class_rows& rows, std::size_t rank) {
  const std::size_t n = rows.size(), classes = rows.classes();
  top_labels top{std::vector<std::uint8_t>(n), std::vector<double>(n), std::vector<std::uint32_t>(n)};
  std::vector<double> row(classes);
  std::vector<std::size_t> order(classes);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < classes; ++k) row[k] = rows.probabilities(i, k);
    std::size_t best = 0;
    if (rank == 1) {
      best = first_largest(row);
    } else {
      std::iota(order.begin(), order.end(), std::size_t{0});
      const auto place = order.begin() + static_cast<std::ptrdiff_t>(rank - 1);
      std::nth_element(order.begin(), place, order.end(), [&](std::size_t a, std::size_t b) {
        return row[a] > row[b] || (row[a] == row[b] && a < b);
      });
      best = *place;
    }
    top.labels[i] = rows.labels(i) == static_cast<double>(best) ? 1 : 0;
    top.probabilities[i] = row[best];
    top.chosen[i] = static_cast<std::uint32_t>(best);
  }
  return top;
}

}  // namespace assay::inline v1::calibration::internal
