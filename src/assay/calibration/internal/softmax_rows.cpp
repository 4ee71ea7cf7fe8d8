#include "assay/calibration/internal/softmax_rows.hpp"

#include <algorithm>
#include <string>

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Probabilities whose logarithms (log-odds in the binary form) exist.
void check_positive(const checker& check, const array_view& view, const char* name) {
  const bool binary = view.rank() == 1;
  for (std::size_t i = 0; i < view.extent(0); ++i) {
    for (std::size_t j = 0; j < view.extent(1); ++j) {
      const double p = view(i, j);
      if (p > 0.0 && (binary ? p < 1.0 : p <= 1.0)) continue;
      const std::string place = binary ? std::to_string(i) : std::to_string(i) + ", " + std::to_string(j);
      check.range(false, name, p,
                  binary ? "at [" + place + "] must lie in (0, 1)" : "at [" + place + "] must lie in (0, 1]");
    }
  }
}

void check_source(const checker& check, const array_view& view, const char* name, logit_source source) {
  if (source == logit_source::clipped_probabilities) {
    check.probabilities(view, name);
  } else {
    check.finite(view, name);
  }
  if (source == logit_source::probabilities) check_positive(check, view, name);
  if (source != logit_source::logits && view.rank() == 2) check_row_sums(check, view, name);
}

double logit_of(double value, logit_source source, bool binary) {
  if (source == logit_source::logits) return value;
  if (source == logit_source::clipped_probabilities) value = std::max(value, k_probability_clip);
  return binary ? vmath::log(value) - vmath::log1p(-value) : vmath::log(value);
}

}  // namespace

logit_rows logits_of(const checker& check, const array_view& view, const char* name, logit_source source) {
  check.not_empty(view, name);
  if (view.rank() > 2) {
    check.fail_shape(error_code::wrong_rank, name,
                     "has " + std::to_string(view.rank()) + " axes, needs 1 or 2");
  }
  check_source(check, view, name, source);
  const bool binary = view.rank() == 1;
  logit_rows logits{{}, view.extent(0), view.extent(1), binary};
  const assay::internal::dense<double> values(view);
  logits.values.assign(values.data(), values.data() + view.size());
  if (source != logit_source::logits)
    for (double& value : logits.values) value = logit_of(value, source, binary);
  return logits;
}

void softmax(std::span<double> logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (double& value : logits) sum += value = vmath::exp(value - largest);
  for (double& value : logits) value /= sum;
}

}  // namespace assay::inline v1::calibration::internal
