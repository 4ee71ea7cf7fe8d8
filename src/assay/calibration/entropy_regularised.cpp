#include "assay/calibration/entropy_regularised.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

struct logit_rows {
  integer_view labels;
  array_view logits;
  vector_view weights;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] bool binary() const { return logits.rank() == 1; }
  /// The binary form has a second logit of 0.
  [[nodiscard]] std::size_t classes() const { return binary() ? 2 : logits.extent(1); }
  [[nodiscard]] double logit(std::size_t i, std::size_t j) const {
    return binary() ? (j == 1 ? logits(i) : 0.0) : logits(i, j);
  }
  [[nodiscard]] double weight(std::size_t i) const { return weights.present() ? weights(i) : 1.0; }
};

void check_rows(const checker& check, const logit_rows& rows) {
  check.not_empty(rows.labels, "labels");
  check.not_empty(rows.logits, "logits");
  if (rows.logits.rank() > 2) {
    check.fail_shape(error_code::wrong_rank, "logits",
                     "has " + std::to_string(rows.logits.rank()) + " axes, needs 1 or 2");
  }
  check.same_rows(rows.labels, "labels", rows.logits, "logits");
  if (rows.weights.present()) {
    check.not_empty(rows.weights, "weights");
    check.same_rows(rows.labels, "labels", rows.weights, "weights");
  }
  check.finite(rows.logits, "logits");
  check.class_labels(rows.labels, "labels", rows.classes());
  if (rows.weights.present()) check.weights(rows.weights, "weights");
}

// Softmax of one row: probabilities, their logarithms and the entropy.
class forecast {
 public:
  explicit forecast(std::size_t classes) : p_(classes), log_p_(classes) {}

  /// False when logits differ by more than doubles can tell.
  bool read(const logit_rows& rows, std::size_t i) {
    for (std::size_t j = 0; j < p_.size(); ++j) log_p_[j] = rows.logit(i, j);
    const auto largest = std::max_element(log_p_.begin(), log_p_.end());
    const double top = *largest;
    const auto best = static_cast<std::size_t>(largest - log_p_.begin());
    bool good = true;
    double others = 0.0;  // of all but the largest, so that log1p keeps the digits of a sure forecast
    for (std::size_t j = 0; j < p_.size(); ++j) {
      log_p_[j] -= top;
      good &= std::isfinite(log_p_[j]);
      p_[j] = vmath::exp(log_p_[j]);
      if (j != best) others += p_[j];
    }
    const double log_sum = vmath::log1p(others);
    entropy_ = 0.0;
    for (std::size_t j = 0; j < p_.size(); ++j) {
      p_[j] /= 1.0 + others;
      log_p_[j] -= log_sum;
      if (p_[j] > 0.0) entropy_ -= p_[j] * log_p_[j];
    }
    best_ = best;
    return good;
  }
  [[nodiscard]] double log_p(std::size_t j) const { return log_p_[j]; }
  [[nodiscard]] double entropy() const { return entropy_; }
  /// Derivative of the loss of the row by its logit j.
  [[nodiscard]] double slope(std::size_t j, std::size_t label, double beta) const {
    const double spread = p_[j] > 0.0 ? p_[j] * (log_p_[j] + entropy_) : 0.0;
    return (j == label ? -miss(j) : p_[j]) + beta * spread;
  }

 private:
  // 1 - p_j from the other probabilities where p_j is large.
  [[nodiscard]] double miss(std::size_t j) const {
    if (j != best_) return 1.0 - p_[j];
    double sum = 0.0;
    for (std::size_t k = 0; k < p_.size(); ++k) sum += k == j ? 0.0 : p_[k];
    return sum;
  }

  std::vector<double> p_, log_p_;
  double entropy_ = 0.0;
  std::size_t best_ = 0;
};

struct loss_sum {
  compensated_sum loss, weight;
};

// Sums the loss and writes the gradient times the sum of the weights.
template <class T>
loss_sum sum_rows(const checker& check, const logit_rows& rows, double beta, const chunk& part, double weight,
                  T* out) {
  loss_sum sums;
  forecast row(rows.classes());
  const std::size_t columns = rows.binary() ? 1 : rows.classes();
  for (std::size_t i = part.first; i < part.last; ++i) {
    if (!row.read(rows, i)) {
      check.fail_value(error_code::non_finite, "logits",
                       "row " + std::to_string(i) + " has a difference beyond all doubles");
    }
    const auto label = static_cast<std::size_t>(rows.labels(i));
    sums.loss += rows.weight(i) * -(row.log_p(label) + beta * row.entropy());
    const double share = rows.weight(i) / weight;
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t column = rows.binary() ? 1 : j;
      out[i * columns + j] = static_cast<T>(share * row.slope(column, label, beta));
    }
  }
  return sums;
}

}  // namespace

entropy_regularised_cross_entropy_result entropy_regularised_cross_entropy(
    integer_view labels, array_view logits, const entropy_regularised_cross_entropy_options& options,
    const context& ctx) {
  const checker check("entropy_regularised_cross_entropy");
  ctx.require_backend(check.function());
  const double beta = options.beta;
  check.parameter(std::isfinite(beta), "beta", beta, "must be finite");
  const logit_rows rows{labels, logits, options.weights};
  check_rows(check, rows);
  compensated_sum total;
  for (std::size_t i = 0; i < rows.size(); ++i) total += rows.weight(i);
  const double weight = total.value();
  const dtype type = assay::internal::common_real_type(logits);
  entropy_regularised_cross_entropy_result result{
      0.0, ctx.result(check.function(), type, logits.rank(), logits.extents())};
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.grad.values<T>().data();
    const auto add = [&](chunk part) { return sum_rows(check, rows, beta, part, weight, out); };
    const auto merge = [](loss_sum& into, const loss_sum& from) { into.loss.merge(from.loss); };
    constexpr std::size_t rows_a_chunk = 4096;
    result.loss =
        reduce_chunks<loss_sum>(ctx, check.function(), rows.size(), rows_a_chunk, add, merge).loss.value() /
        weight;
  });
  return result;
}

}  // namespace assay::inline v1::calibration
