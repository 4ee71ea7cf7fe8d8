#include "assay/calibration/beta_calibration.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "assay/calibration/internal/logistic_fit.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr const char* k_kind = "beta_calibration";
constexpr double k_clip = std::numeric_limits<double>::epsilon();  // betacal's, for float64
constexpr double k_ln_2 = 0.69314718055994530942;

// ln p and -ln(1 - p).
std::array<double, 2> features_of(double p) {
  const double inside = std::clamp(p, k_clip, 1.0 - k_clip);
  return {vmath::log(inside), -vmath::log1p(-inside)};
}

struct beta_problem {
  std::vector<std::array<double, 2>> features;
  std::vector<double> targets, weights;
  beta_variant variant;
};

beta_problem problem_of(const context& ctx, const checker& check, const internal::binary_rows& rows,
                        beta_variant variant) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  internal::check_values(check, rows);
  beta_problem problem{{}, {}, {}, variant};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double w = rows.weights.present() ? rows.weights(i) : 1.0;
    if (w == 0.0) continue;
    auto features = features_of(rows.forecasts(i));
    if (variant == beta_variant::am) features = {features[0] + features[1], 0.0};
    if (variant == beta_variant::ab) features = {features[0] + k_ln_2, features[1] - k_ln_2};
    problem.features.push_back(features);
    problem.targets.push_back(rows.labels(i));
    problem.weights.push_back(w);
  }
  internal::check_total(check, problem.weights.empty() ? 0.0 : 1.0);
  return problem;
}

// The fit with some of the two features, and an intercept unless the variant fixes it.
beta_calibration_parameters fit_with(const context& ctx, const char* function, const beta_problem& problem,
                                     bool first, bool second) {
  const bool intercept = problem.variant != beta_variant::ab;
  const std::size_t columns = (first ? 1U : 0U) + (second ? 1U : 0U) + (intercept ? 1U : 0U);
  if (columns == 0) return {0.0, 0.0, 0.0, true};
  std::vector<double> predictors;
  predictors.reserve(problem.features.size() * columns);
  for (const auto& features : problem.features) {
    if (first) predictors.push_back(features[0]);
    if (second) predictors.push_back(features[1]);
    if (intercept) predictors.push_back(1.0);
  }
  const auto fit =
      internal::fit_logistic(ctx, function, {predictors, columns, problem.targets, problem.weights});
  auto next = fit.coefficients.begin();
  beta_calibration_parameters found;
  found.a = first ? *next++ : 0.0;
  found.b = second ? *next++ : 0.0;
  found.c = intercept ? *next : 0.0;
  found.converged = fit.converged;
  return found;
}

// betacal's rule: a falls first, and b where a was not to blame. Where what is left is negative too, the
// other one is tried alone, and at last the constant.
beta_calibration_parameters fitted(const context& ctx, const char* function, const beta_problem& problem) {
  const bool two = problem.variant != beta_variant::am;
  auto found = fit_with(ctx, function, problem, true, two);
  if (found.a < 0.0 && two) {
    found = fit_with(ctx, function, problem, false, true);
    if (found.b < 0.0) found = fit_with(ctx, function, problem, true, false);
  } else if (found.b < 0.0) {
    found = fit_with(ctx, function, problem, true, false);
  }
  if (found.a < 0.0) found = fit_with(ctx, function, problem, false, false);
  if (problem.variant == beta_variant::am) found.b = found.a;
  if (problem.variant == beta_variant::ab) found.c = (found.a - found.b) * k_ln_2;
  return found;
}

double value_at(const beta_calibration_parameters& curve, double p) {
  const auto features = features_of(p);
  return vmath::logistic(curve.a * features[0] + curve.b * features[1] + curve.c);
}

}  // namespace

beta_calibration_model beta_calibration_model::fit(integer_view labels, vector_view probabilities,
                                                   const beta_calibration_fit_options& options,
                                                   const context& ctx) {
  const checker check("beta_calibration_model::fit");
  const auto problem = problem_of(ctx, check, {labels, probabilities, options.weights}, options.variant);
  beta_calibration_model model;
  model.parameters_ = fitted(ctx, check.function(), problem);
  return model;
}

array beta_calibration_model::transform(array_view probabilities) const {
  return internal::map_points(context{}, checker("beta_calibration_model::transform"), probabilities,
                              "probabilities", internal::point_domain::probabilities,
                              [&](double p) { return value_at(parameters_, p); });
}

beta_calibration_parameters beta_calibration_model::parameters() const { return parameters_; }

std::string beta_calibration_model::to_json() const {
  internal::model_writer out(k_kind);
  out.number("a", parameters_.a);
  out.number("b", parameters_.b);
  out.number("c", parameters_.c);
  out.truth("converged", parameters_.converged);
  return out.finish();
}

beta_calibration_model beta_calibration_model::from_json(std::string_view json) {
  internal::model_reader in(json, "beta_calibration_model::from_json", k_kind);
  beta_calibration_model model;
  model.parameters_ = {in.number("a"), in.number("b"), in.number("c"), in.truth("converged")};
  const auto possible = [](double x) { return x >= 0.0 && x <= 1e300; };  // times a logarithm still finite
  if (!possible(model.parameters_.a) || !possible(model.parameters_.b))
    in.fail("holds an a or b that is negative or above 1e300");
  return model;
}

beta_calibration_result beta_calibration(integer_view labels, vector_view probabilities,
                                         const beta_calibration_options& options, const context& ctx) {
  const checker check("beta_calibration");
  if (options.query.present()) check.not_empty(options.query, "query");
  const auto problem = problem_of(ctx, check, {labels, probabilities, options.weights}, options.variant);
  const auto fit = fitted(ctx, check.function(), problem);
  return {fit.a, fit.b, fit.c, fit.converged,
          internal::map_query(ctx, check, options.query, internal::point_domain::probabilities,
                              [&](double p) { return value_at(fit, p); })};
}

}  // namespace assay::inline v1::calibration
