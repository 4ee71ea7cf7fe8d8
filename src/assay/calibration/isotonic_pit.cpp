#include "assay/calibration/isotonic_pit.hpp"

#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/regression_rows.hpp"
#include "assay/calibration/internal/rising_line.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "isotonic_pit";

struct knots {
  std::vector<double> x;
  std::vector<double> y;
};

// The empirical distribution at its distinct values, between (0, 0) and (1, 1).
knots fitted(const context& ctx, const checker& check, const vector_view& pit, const vector_view& weights) {
  ctx.require_backend(check.function());
  check.not_empty(pit, "pit");
  check.probabilities(pit, "pit");
  internal::check_weights(check, weights, pit, "pit");
  const auto weight = internal::unit_weights(weights, pit.size());
  std::vector<double> values;
  for (std::size_t i = 0; i < pit.size(); ++i) values.push_back(pit(i));
  knots line{{0.0}, {0.0}};
  compensated_sum sum;
  for (const std::uint32_t i : sorted_order(values)) {
    if (weight[i] == 0.0) continue;
    sum += weight[i];
    if (values[i] > line.x.back()) {
      line.x.push_back(values[i]);
      line.y.push_back(0.0);
    }
    line.y.back() = sum.value();
  }
  for (double& share : line.y) share /= sum.value();
  if (line.x.back() < 1.0) {
    line.x.push_back(1.0);
    line.y.push_back(1.0);
  }
  return line;
}

array mapped(const vector_view& levels, const std::vector<double>& x, const std::vector<double>& y,
             array result) {
  assay::internal::with_real_type(result.type(), [&]<class T>(std::type_identity<T>) {
    for (std::size_t i = 0; i < levels.size(); ++i)
      result.values<T>()[i] = static_cast<T>(internal::rising_line(x, y, levels(i)));
  });
  return result;
}

void check_levels(const checker& check, const vector_view& levels, const char* name) {
  check.not_empty(levels, name);
  check.probabilities(levels, name);
}

array fresh(const vector_view& levels) {
  return {assay::internal::common_real_type(levels), {levels.size()}};
}

}  // namespace

isotonic_pit_model isotonic_pit_model::fit(vector_view pit, const isotonic_pit_options& options,
                                           const context& ctx) {
  knots line = fitted(ctx, checker("isotonic_pit_model::fit"), pit, options.weights);
  isotonic_pit_model model;
  model.x_ = std::move(line.x);
  model.y_ = std::move(line.y);
  return model;
}

array isotonic_pit_model::transform(vector_view levels) const {
  check_levels(checker("isotonic_pit_model::transform"), levels, "levels");
  return mapped(levels, x_, y_, fresh(levels));
}

array isotonic_pit_model::inverse(vector_view levels) const {
  check_levels(checker("isotonic_pit_model::inverse"), levels, "levels");
  return mapped(levels, y_, x_, fresh(levels));
}

isotonic_pit_parameters isotonic_pit_model::parameters() const { return {array(x_), array(y_)}; }

std::string isotonic_pit_model::to_json() const {
  internal::model_writer out(k_kind);
  out.numbers("x", x_);
  out.numbers("y", y_);
  return out.finish();
}

isotonic_pit_model isotonic_pit_model::from_json(std::string_view json) {
  internal::model_reader in(json, "isotonic_pit_model::from_json", k_kind);
  isotonic_pit_model model;
  model.x_ = in.numbers("x");
  model.y_ = in.numbers("y");
  if (model.x_.size() < 2 || model.x_.size() != model.y_.size())
    in.fail("needs as many x as y, and at least two");
  for (std::size_t i = 1; i < model.x_.size(); ++i) {
    if (!(model.x_[i - 1] < model.x_[i] && model.y_[i - 1] <= model.y_[i]))
      in.fail("holds a map that does not ascend");
  }
  const bool whole = model.x_.front() == 0.0 && model.x_.back() == 1.0;
  if (!whole || !(model.y_.front() >= 0.0) || model.y_.back() != 1.0)
    in.fail("holds a map that is not of 0..1 into 0..1, 1 at the end");
  return model;
}

isotonic_pit_result isotonic_pit(vector_view pit, vector_view query, const isotonic_pit_options& options,
                                 const context& ctx) {
  const checker check("isotonic_pit");
  check_levels(check, query, "query");
  const knots line = fitted(ctx, check, pit, options.weights);
  const dtype type = assay::internal::common_real_type(query);
  return {mapped(query, line.x, line.y, ctx.result(check.function(), type, query.size())),
          mapped(query, line.y, line.x, fresh(query))};
}

}  // namespace assay::inline v1::calibration
