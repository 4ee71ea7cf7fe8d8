#include "assay/calibration/cross_fit.hpp"

#include <vector>

#include "assay/calibration/internal/class_rows.hpp"
#include "assay/calibration/internal/recalibrator.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration {
namespace {

void check_rows(const checker& check, const integer_view& labels, const array_view& probabilities,
                const vector_view& weights) {
  if (probabilities.present() && probabilities.rank() > 2) {
    check.fail_shape(error_code::wrong_rank, "probabilities",
                     "has " + std::to_string(probabilities.rank()) + " axes, needs 1 or 2");
  }
  if (probabilities.rank() == 2) {
    const internal::class_rows rows{labels, matrix_view(probabilities), weights};
    internal::check_shapes(check, rows);
    internal::check_values(check, rows);
    return;
  }
  const internal::binary_rows rows{labels, vector_view(probabilities), weights};
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  if (weights.present()) check.weights(weights, "weights");
}

// Rows in random order, class after class, dealt out in turn.
std::vector<std::uint32_t> dealt(const integer_view& labels, std::size_t classes, std::size_t folds,
                                 std::uint64_t seed) {
  const std::size_t n = labels.size();
  std::vector<std::uint64_t> keys(n);
  std::vector<std::uint32_t> order(n), fold(n);
  std::vector<std::size_t> next(classes + 1);
  for (std::size_t i = 0; i < n; ++i) {
    keys[i] = philox::block(seed, i, 0, 0)[0];
    order[i] = static_cast<std::uint32_t>(i);
    ++next[static_cast<std::size_t>(labels(i)) + 1];
  }
  sort_keys(keys, order);
  for (std::size_t k = 0; k < classes; ++k) next[k + 1] += next[k];
  for (const std::uint32_t i : order)
    fold[i] = static_cast<std::uint32_t>(next[static_cast<std::size_t>(labels(i))]++ % folds);
  return fold;
}

// Some rows of the arguments, as dense numbers.
struct part {
  std::vector<std::int32_t> labels;
  std::vector<double> probabilities, weights;
  std::vector<std::size_t> rows;
};

template <class Keep>
part part_of(const integer_view& labels, const array_view& probabilities, const vector_view& weights,
             Keep&& keep) {
  part chosen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!keep(i)) continue;
    chosen.rows.push_back(i);
    chosen.labels.push_back(static_cast<std::int32_t>(labels(i)));
    if (weights.present()) chosen.weights.push_back(weights(i));
    for (std::size_t j = 0; j < probabilities.extent(1); ++j)
      chosen.probabilities.push_back(probabilities(i, j));
  }
  return chosen;
}

// Weight must be left for the fit whichever part is taken out.
void check_parts(const checker& check, const vector_view& weights, const std::vector<std::uint32_t>& fold) {
  if (!weights.present()) return;
  std::size_t first = fold.size();
  for (std::size_t i = 0; i < fold.size(); ++i) {
    if (!(weights(i) > 0.0)) continue;
    if (first == fold.size()) first = i;
    if (fold[i] != fold[first]) return;
  }
  check.fail_value(error_code::zero_weight, "weights",
                   "sum to 0 outside fold " + std::to_string(fold[first]) + ", need weight in two folds");
}

// The rows of a part by a fit to the others, row-major.
std::vector<double> recalibrated(const context& ctx, const part& seen, const part& unseen, bool binary,
                                 std::size_t classes, recalibration_method method) {
  const vector_view weights = seen.weights.empty() ? vector_view() : vector_view(seen.weights);
  if (binary) {
    const auto model = internal::fit_recalibrator(ctx, method, seen.labels, seen.probabilities, weights);
    return model->transform(unseen.probabilities).to_vector();
  }
  const auto models = internal::fit_classes(
      ctx, method, seen.labels, matrix_view(seen.probabilities, seen.rows.size(), classes), weights);
  return internal::apply_classes(models, matrix_view(unseen.probabilities, unseen.rows.size(), classes));
}

}  // namespace

cross_fit_result cross_fit(integer_view labels, array_view probabilities, const cross_fit_options& options,
                           const context& ctx) {
  const checker check("cross_fit");
  ctx.require_backend(check.function());
  check_rows(check, labels, probabilities, options.weights);
  const bool binary = probabilities.rank() == 1;
  const std::size_t n = labels.size(), columns = probabilities.extent(1);
  const auto folds = static_cast<double>(options.folds);
  check.parameter(options.folds >= 2 && folds <= static_cast<double>(n), "folds", folds,
                  "must lie in 2.." + std::to_string(n) + ", the number of rows");
  const auto fold =
      dealt(labels, binary ? 2 : columns, static_cast<std::size_t>(options.folds), options.seed);
  check_parts(check, options.weights, fold);
  const dtype type = assay::internal::common_real_type(probabilities);
  cross_fit_result result{ctx.result(check.function(), type, probabilities.rank(), probabilities.extents()),
                          array(dtype::int32, {n})};
  for (std::size_t i = 0; i < n; ++i)
    result.fold.values<std::int32_t>()[i] = static_cast<std::int32_t>(fold[i]);
  context alone;  // a task has one thread
  alone.stop = ctx.stop;
  run_tasks(ctx, check.function(), static_cast<std::size_t>(options.folds), [&](std::size_t f) {
    const part seen =
        part_of(labels, probabilities, options.weights, [&](std::size_t i) { return fold[i] != f; });
    const part unseen = part_of(labels, probabilities, {}, [&](std::size_t i) { return fold[i] == f; });
    const auto values = recalibrated(alone, seen, unseen, binary, columns, options.method);
    assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
      for (std::size_t r = 0; r < unseen.rows.size(); ++r)
        for (std::size_t j = 0; j < columns; ++j)
          result.probabilities.values<T>()[unseen.rows[r] * columns + j] =
              static_cast<T>(values[r * columns + j]);
    });
  });
  return result;
}

}  // namespace assay::inline v1::calibration
