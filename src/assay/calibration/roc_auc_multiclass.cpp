#include "assay/calibration/roc_auc_multiclass.hpp"

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/internal/ranking.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration {
namespace {

// Rows of weight > 0 by class and weight.
struct class_sums {
  std::vector<std::uint32_t> label;  // of each row
  std::vector<double> weight;        // of each row, in a unit of its own
  std::vector<double> total;         // weight of each class
};

class_sums sums_of(const checker& check, const internal::class_rows& rows) {
  double all = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) all += rows.weight(i);
  const double scale = internal::weight_scale(all);
  class_sums sums{std::vector<std::uint32_t>(rows.size()), std::vector<double>(rows.size()), {}};
  std::vector<compensated_sum> totals(rows.classes());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sums.label[i] = static_cast<std::uint32_t>(rows.labels(i));
    sums.weight[i] = scale * rows.weight(i);
    totals[sums.label[i]] += sums.weight[i];
  }
  for (std::size_t k = 0; k < totals.size(); ++k) {
    sums.total.push_back(totals[k].value());
    if (!std::isfinite(sums.total[k]))
      check.fail_value(error_code::bad_weight, "weights", "sum to Infinity, need a finite sum");
    if (sums.total[k] > 0.0 && totals.size() > 1) continue;
    check.fail_value(error_code::single_class, "labels",
                     totals.size() > 1
                         ? "hold no row of the class " + std::to_string(k) + ", need every class"
                         : "hold only the class 0, need two classes");
  }
  return sums;
}

// Twice the weight of the pairs of a row of class k and one of class j that p_k orders, ties half, for all j.
// Rows of class k among themselves count nothing.
std::vector<compensated_sum> pairs_of(const class_sums& sums, const vector_view& column, std::size_t k) {
  const assay::internal::dense<double> p(column);
  const std::size_t rows = sums.label.size(), classes = sums.total.size();
  const auto order = sorted_order(std::span(p.data(), rows));
  std::vector<compensated_sum> pairs(classes), below(classes), tied(classes);
  for (std::size_t first = 0, last = 0; first < rows; first = last) {
    for (last = first; last < rows && p[order[last]] == p[order[first]]; ++last)
      tied[sums.label[order[last]]] += sums.weight[order[last]];
    const double own = tied[k].value();
    for (std::size_t j = 0; own > 0.0 && j < classes; ++j)
      if (j != k) pairs[j] += own * (2.0 * below[j].value() + tied[j].value());
    for (std::size_t i = first; i < last; ++i) {
      const std::uint32_t label = sums.label[order[i]];
      below[label].merge(tied[label]);
      tied[label] = {};
    }
  }
  return pairs;
}

// What class k adds to the sum whose mean is asked for.
double part_of(const class_sums& sums, const vector_view& column, std::size_t k,
               const roc_auc_multiclass_options& options) {
  const auto pairs = pairs_of(sums, column, k);
  const bool by_weight = options.average == auc_average::weighted;
  const double own = sums.total[k];
  compensated_sum part, ordered, others;
  for (std::size_t j = 0; j < pairs.size(); ++j) {
    if (j == k) continue;
    const double factor = by_weight ? own + sums.total[j] : 1.0;
    part += factor * (pairs[j].value() / (2.0 * own * sums.total[j]));
    ordered += pairs[j].value();
    others += sums.total[j];
  }
  if (options.multi_class == auc_multi_class::ovo) return part.value();
  return (by_weight ? own : 1.0) * (ordered.value() / (2.0 * own * others.value()));
}

}  // namespace

double roc_auc_multiclass(integer_view labels, matrix_view probabilities,
                          const roc_auc_multiclass_options& options, const context& ctx) {
  const checker check("roc_auc_multiclass");
  ctx.require_backend(check.function());
  const internal::class_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  const class_sums sums = sums_of(check, rows);
  const std::size_t classes = rows.classes();
  std::vector<double> parts(classes);
  for_chunks(ctx, check.function(), classes, 1, [&](chunk part) {
    parts[part.index] = part_of(sums, internal::column_of(probabilities, part.index), part.index, options);
  });
  compensated_sum sum, all;
  for (std::size_t k = 0; k < classes; ++k) {
    sum += parts[k];
    all += options.average == auc_average::weighted ? sums.total[k] : 1.0;
  }
  // Both ways of all pairs: k (k - 1) of them; by weight, each class comes 2 (k - 1) times.
  const auto others = static_cast<double>(classes - 1);
  if (options.multi_class == auc_multi_class::ovr) return sum.value() / all.value();
  const double ways = options.average == auc_average::weighted ? 2.0 : 1.0;
  return sum.value() / (ways * others * all.value());
}

}  // namespace assay::inline v1::calibration
