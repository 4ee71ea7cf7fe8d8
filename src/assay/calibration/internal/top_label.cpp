#include "assay/calibration/internal/top_label.hpp"

#include <algorithm>
#include <numeric>

#include "assay/core/internal/dense.hpp"

namespace assay::inline v1::calibration::internal {

namespace {

// Without branches: which class is the largest is hard to foresee.
std::size_t first_largest(const double* values, std::size_t count) {
  std::size_t best = 0;
  double largest = values[0];
  for (std::size_t k = 1; k < count; ++k) {
    const bool larger = values[k] > largest;
    best = larger ? k : best;
    largest = larger ? values[k] : largest;
  }
  return best;
}

}  // namespace

top_labels top_labels_of(const class_rows& rows, std::size_t rank) {
  const std::size_t n = rows.size(), classes = rows.classes();
  const assay::internal::dense<double> values(rows.probabilities);
  top_labels top{std::vector<std::uint8_t>(n), std::vector<double>(n), std::vector<std::uint32_t>(n)};
  std::vector<std::size_t> order(classes);
  for (std::size_t i = 0; i < n; ++i) {
    const double* row = values.data() + i * classes;
    std::size_t best = 0;
    if (rank == 1) {
      best = first_largest(row, classes);
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
