#include "assay/scoring/field_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/kernels.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_points_per_block = 4096;
constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct field_request {
  const checker& check;
  const tensor_view& observations;
  const array_view& members;
  const vector_view& variable_weights;
  const vector_view& grid_weights;
  const almost_fair_crps_loss_options& options;

  [[nodiscard]] std::size_t forecasts() const { return members.extent(0); }
  [[nodiscard]] std::size_t m() const { return members.extent(1); }
  [[nodiscard]] std::size_t variables() const { return members.extent(2); }
  [[nodiscard]] std::size_t points() const { return members.extent(3); }
};

void check_fields(const field_request& request) {
  const checker& check = request.check;
  check.range(request.options.alpha >= 0.0 && request.options.alpha <= 1.0, "alpha", request.options.alpha,
              "must lie in [0, 1]");
  check.not_empty(request.observations, "observations");
  check.not_empty(request.members, "members");
  check.same_rows(request.observations, "observations", request.members, "members");
  if (request.observations.extent(1) != request.variables() ||
      request.observations.extent(2) != request.points())
    check.fail_shape(error_code::length_mismatch, "members",
                     "has shape " + shape_text(request.members) + ", observations has shape " +
                         shape_text(request.observations) + ": variables or grid points differ");
  if (request.m() < 2)
    check.fail_shape(error_code::too_few_members, "members", "have 1 a forecast, need at least 2");
  check.length(request.variable_weights, "variable_weights", request.variables(), "variables of members");
  check.length(request.grid_weights, "grid_weights", request.points(), "grid points of members");
  check.weights(request.variable_weights, "variable_weights");
  check.weights(request.grid_weights, "grid_weights");
  if (request.options.nan_policy != nan_policy::raise) return;
  check.finite(request.observations, "observations");
  check.finite(request.members, "members");
}

// Infinite numbers are an error under any policy.
void check_infinite(const checker& check, const array_view& values, const char* name) {
  for (std::size_t i = 0; i < values.extent(0); ++i)
    for (std::size_t j = 0; j < values.extent(1); ++j)
      for (std::size_t k = 0; k < values.extent(2); ++k)
        for (std::size_t l = 0; l < values.extent(3); ++l)
          if (std::isinf(values(i, j, k, l)))
            check.fail_value(error_code::non_finite, name,
                             "hold " + text_of(values(i, j, k, l)) + ", must not be infinite");
}

field_sums field_crps(const field_rows<double>& rows) { return active_kernels().field_crps_f64(rows); }
field_sums field_crps(const field_rows<float>& rows) { return active_kernels().field_crps_f32(rows); }

// One forecast's variable: sums of its blocks of grid points, then of the whole.
struct field_part {
  double crps = 0.0;
  double weight = 0.0;
};

// One variable of one forecast, in blocks.
template <class T>
field_part score_field(const field_rows<T>& field) {
  exact_sum crps, weight;
  for (std::size_t first = 0; first < field.points; first += k_points_per_block) {
    const field_sums sums = field_crps(field.part(first, k_points_per_block));
    crps.add(sums.crps);
    weight.add(sums.weight);
  }
  return {crps.value(), weight.value()};
}

template <class T>
almost_fair_crps_loss_result loss_of(const field_request& request, const context& ctx) {
  const std::size_t b = request.forecasts(), m = request.m(), v = request.variables(), g = request.points();
  const internal::dense<T> observations(request.observations), members(request.members);
  const internal::dense<double> grid_weights(request.grid_weights);
  almost_fair_crps_loss_result result;
  result.grad = ctx.result(request.check.function(), dtype_of<T>(), 4, {b, m, v, g});
  result.variable_losses = array(dtype::float64, {v});
  T* grad = result.grad.template values<T>().data();
  const auto field_of = [&](std::size_t forecast, std::size_t variable, std::size_t count, double factor) {
    const std::size_t first = (forecast * m * v + variable) * g;  // of the first member
    return field_rows<T>{observations.data() + (forecast * v + variable) * g,
                         members.data() + first,
                         grid_weights.data(),
                         grad + first,
                         count,
                         v * g,
                         g,
                         request.options.alpha,
                         factor};
  };
  // Where no point can be missing, what the gradient is divided by is known beforehand: the weight of a field
  // without members.
  const bool complete = request.options.nan_policy == nan_policy::raise;
  const double all_weights = complete ? score_field(field_of(0, 0, 0, 1.0)).weight : 1.0;
  const auto factor_of = [&](std::size_t variable, double weight, double fields) {
    return request.variable_weights(variable) / (weight * fields);
  };
  std::vector<field_part> fields(b * v);
  for_chunks(ctx, request.check.function(), b * v, 1, [&](chunk part) {
    const std::size_t forecast = part.first / v, variable = part.first % v;
    const double factor = complete ? factor_of(variable, all_weights, static_cast<double>(b * v)) : 1.0;
    fields[part.first] = score_field(field_of(forecast, variable, m, factor));
  });
  // Fields without a complete point do not count.
  const auto counted = static_cast<double>(
      std::ranges::count_if(fields, [](const field_part& field) { return field.weight > 0.0; }));
  if (counted == 0.0)
    request.check.fail_value(error_code::degenerate, "observations",
                             "and members have no grid point without NaN and with weight");
  exact_sum loss;
  for (std::size_t variable = 0; variable < v; ++variable) {
    exact_sum own;
    double own_fields = 0.0;
    for (std::size_t forecast = 0; forecast < b; ++forecast) {
      const field_part& field = fields[forecast * v + variable];
      if (!(field.weight > 0.0)) continue;
      own.add(request.variable_weights(variable) * field.crps / field.weight);
      own_fields += 1.0;
    }
    loss.merge(own);
    result.variable_losses.template values<double>()[variable] =
        own_fields > 0.0 ? own.value() / own_fields : k_nan;
  }
  result.loss = loss.value() / counted;
  if (complete) return result;
  for_chunks(ctx, request.check.function(), b * m * v, 1, [&](chunk part) {
    const std::size_t forecast = part.first / (m * v), variable = part.first % v;
    const double total = fields[forecast * v + variable].weight;
    if (!(total > 0.0)) return;
    const double scale = factor_of(variable, total, counted);
    T* row = grad + part.first * g;
    for (std::size_t p = 0; p < g; ++p) row[p] = static_cast<T>(static_cast<double>(row[p]) * scale);
  });
  return result;
}

}  // namespace

almost_fair_crps_loss_result almost_fair_crps_loss(tensor_view observations, array_view members,
                                                   vector_view variable_weights, vector_view grid_weights,
                                                   const almost_fair_crps_loss_options& options,
                                                   const context& ctx) {
  const checker check("almost_fair_crps_loss");
  ctx.require_backend(check.function());
  const field_request request{check, observations, members, variable_weights, grid_weights, options};
  check_fields(request);
  if (options.nan_policy != nan_policy::raise) {
    check_infinite(check, observations, "observations");
    check_infinite(check, members, "members");
  }
  auto result =
      internal::with_real_type(internal::common_real_type(observations, members),
                               [&]<class T>(std::type_identity<T>) { return loss_of<T>(request, ctx); });
  if (options.nan_policy == nan_policy::propagate) {
    const auto any_nan = [](const array_view& values) {
      for (std::size_t i = 0; i < values.extent(0); ++i)
        for (std::size_t j = 0; j < values.extent(1); ++j)
          for (std::size_t k = 0; k < values.extent(2); ++k)
            for (std::size_t l = 0; l < values.extent(3); ++l)
              if (std::isnan(values(i, j, k, l))) return true;
      return false;
    };
    if (any_nan(observations) || any_nan(members)) {
      result.loss = k_nan;
      for (std::size_t variable = 0; variable < result.variable_losses.size(); ++variable)
        result.variable_losses.values<double>()[variable] = k_nan;
    }
  }
  return result;
}

}  // namespace assay::inline v1::scoring
