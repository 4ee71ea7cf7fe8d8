// Laws of the calibration of regressions: probability integral transforms and what is made of them, spread
// and its recalibration.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "assay/calibration/isotonic_pit.hpp"
#include "assay/calibration/pit.hpp"
#include "assay/calibration/regression_calibration.hpp"
#include "assay/calibration/variance_scaling.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

/// Multiples of 1/16: differences, shifts and changes of unit by powers of two are exact, and so are sums of
/// squares.
struct regression {
  std::vector<double> y, mean, std, weights;
  [[nodiscard]] std::size_t size() const { return y.size(); }
};

rc::Gen<regression> some_regression() {
  return rc::gen::exec([] {
    const auto n = *rc::gen::inRange<std::size_t>(1, 60);
    const auto numbers = [n](int first, int last) {
      return *rc::gen::container<std::vector<double>>(n, fractions(first, last, 16.0));
    };
    regression r{numbers(-64, 64), numbers(-64, 64), numbers(1, 48), numbers(0, 64)};
    r.weights[0] = 1.0;
    r.y[0] = r.mean[0] + 1.0;  // not every forecast is exact
    return r;
  });
}

regression moved(regression r, double unit, double offset) {
  for (double& v : r.y) v = unit * (v + offset);
  for (double& v : r.mean) v = unit * (v + offset);
  for (double& v : r.std) v *= std::fabs(unit);
  return r;
}

regression permuted(const regression& r, const std::vector<std::size_t>& order) {
  regression result;
  for (const std::size_t i : order) {
    result.y.push_back(r.y[i]);
    result.mean.push_back(r.mean[i]);
    result.std.push_back(r.std[i]);
    result.weights.push_back(r.weights[i]);
  }
  return result;
}

double power_of_two() { return std::ldexp(1.0, *rc::gen::inRange(-10, 11)); }

RC_GTEST_PROP(pit_gaussian, does_not_see_unit_and_offset_and_turns_with_the_sign, ()) {
  const regression r = *some_regression();
  const auto pit = pit_gaussian(r.y, r.mean, r.std);
  const regression m = moved(r, power_of_two(), *fractions(-64, 64, 16.0)), turned = moved(r, -1.0, 0.0);
  RC_ASSERT(same_bits(pit_gaussian(m.y, m.mean, m.std), pit));
  const auto other = pit_gaussian(turned.y, turned.mean, turned.std);
  for (std::size_t i = 0; i < r.size(); ++i) {
    require_close(other[i], 1 - pit[i], 0.0, 1e-15, "4 ulp of a probability each");
    RC_ASSERT((pit[i] > 0.5) == (r.y[i] > r.mean[i]));
  }
}

RC_GTEST_PROP(regression_calibration_error, is_that_of_the_transforms, ()) {
  const regression r = *some_regression();
  const auto pit = pit_gaussian(r.y, r.mean, r.std);
  const auto levels = *rc::gen::inRange<std::int64_t>(2, 60);
  const auto type = *rc::gen::element(proportion_type::interval, proportion_type::quantile);
  const auto error = [&](regression_calibration_kind kind) {
    const regression_calibration_error_options options{
        .weights = r.weights, .kind = kind, .prop_type = type, .n_bins = levels};
    const double value = regression_calibration_error(r.y, r.mean, r.std, options);
    RC_ASSERT(same_bits(regression_calibration_error_pit(vector_view(pit), options), value));
    return value;
  };
  const double rms = error(regression_calibration_kind::rms);
  const double mean = error(regression_calibration_kind::mean_abs);
  RC_ASSERT(mean <= rms * (1 + 1e-14) && rms <= 1.0);
  // a step between levels has at most the mean of the gaps at its ends
  RC_ASSERT(error(regression_calibration_kind::area) * static_cast<double>(levels - 1) <=
            mean * static_cast<double>(levels) * (1 + 1e-14));
}

RC_GTEST_PROP(regression_calibration_curve, counts_transforms_up_to_each_level, ()) {
  const forecasts f = *some_forecasts();  // probabilities in 1/64 as transforms
  const auto levels = *rc::gen::inRange<std::int64_t>(2, 60);
  const auto type = *rc::gen::element(proportion_type::interval, proportion_type::quantile);
  const auto curve = regression_calibration_curve(
      f.probabilities, {.weights = f.weights, .prop_type = type, .n_bins = levels});
  for (std::size_t k = 0; k < curve.expected.size(); ++k) {
    double held = 0.0, all = 0.0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      const double p = f.probabilities[i];
      const double level = type == proportion_type::interval ? 2 * std::fabs(p - 0.5) : p;
      held += level <= curve.expected[k] ? f.weights[i] : 0.0;
      all += f.weights[i];
    }
    RC_ASSERT(curve.observed[k] == held / all);
  }
  const forecasts g = exchanged(permuted(f, some_order(f.size())));
  if (type == proportion_type::quantile) return;
  RC_ASSERT(same_bits(
      regression_calibration_curve(g.probabilities, {.weights = g.weights, .n_bins = levels}).observed,
      curve.observed));
}

RC_GTEST_PROP(sharpness, has_the_unit_of_the_deviations_and_lies_between_mean_and_maximum, ()) {
  const regression r = *some_regression();
  const double unit = power_of_two(), sharp = sharpness(r.std, {.weights = r.weights});
  const regression m = moved(r, unit, 0.0);
  RC_ASSERT(same_bits(sharpness(m.std, {.weights = r.weights}), unit * sharp));
  double sum = 0.0, weight = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    sum += r.weights[i] * r.std[i];
    weight += r.weights[i];
    if (r.weights[i] > 0.0) largest = std::max(largest, r.std[i]);
  }
  RC_ASSERT(sum / weight <= sharp * (1 + 1e-15) && sharp <= largest * (1 + 1e-15));
}

RC_GTEST_PROP(interval_coverage, is_the_curve_of_central_intervals, ()) {
  const regression r = *some_regression();
  const auto pit = pit_gaussian(r.y, r.mean, r.std);
  const auto curve = regression_calibration_curve(vector_view(pit), {.weights = r.weights, .n_bins = 33});
  double coverage = 0.0, width = 0.0;
  for (std::size_t k = 1; k < 32; ++k) {
    const auto found =
        interval_coverage(r.y, r.mean, r.std, {.weights = r.weights, .level = curve.expected[k]});
    RC_ASSERT(found.coverage == curve.observed[k]);  // no standardised error is a quantile
    RC_ASSERT(coverage <= found.coverage && width < found.mean_width);
    coverage = found.coverage;
    width = found.mean_width;
    require_close(interval_coverage(r.y, r.mean, moved(r, 0.5, 0.0).std,
                                    {.weights = r.weights, .level = curve.expected[k]})
                      .mean_width,
                  width / 2, 0.0, 0.0, "a power of two");
  }
}

RC_GTEST_PROP(interval_coverage_bounds, counts_outcomes_and_grows_with_the_intervals, ()) {
  const regression r = *some_regression();
  const double more = *fractions(0, 16, 16.0);
  std::vector<double> lower, upper, below, above;
  double held = 0.0, width = 0.0, all = 0.0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    lower.push_back(r.mean[i] - r.std[i]);
    upper.push_back(r.mean[i] + r.std[i]);
    below.push_back(lower[i] - more);
    above.push_back(upper[i] + more);
    held += std::fabs(r.y[i] - r.mean[i]) <= r.std[i] ? r.weights[i] : 0.0;
    width += r.weights[i] * 2 * r.std[i];
    all += r.weights[i];
  }
  const auto one = interval_coverage_bounds(r.y, lower, upper, {.weights = r.weights});
  const auto wider = interval_coverage_bounds(r.y, below, above, {.weights = r.weights});
  RC_ASSERT(one.coverage == held / all && one.mean_width == width / all);
  RC_ASSERT(one.coverage <= wider.coverage);
  require_close(wider.mean_width, one.mean_width + 2 * more, 1e-15, 0.0, "two divisions");
}

RC_GTEST_PROP(ence, has_no_unit_and_uce_that_of_a_variance, ()) {
  const regression r = *some_regression();
  const double unit = power_of_two();
  const regression m = permuted(moved(r, unit, *fractions(-64, 64, 16.0)), some_order(r.size()));
  const auto strategy = *rc::gen::element(std_binning::equal_mass, std_binning::equal_width);
  const std::int64_t bins = *some_bins();
  const auto one = ence(r.y, r.mean, r.std, {.weights = r.weights, .n_bins = bins, .strategy = strategy});
  const auto other = ence(m.y, m.mean, m.std, {.weights = m.weights, .n_bins = bins, .strategy = strategy});
  RC_ASSERT(same_bits(other.ence, one.ence));
  RC_ASSERT(same_bits(other.uce, unit * unit * one.uce));
  double rows = 0.0, before = 0.0;
  for (std::size_t b = 0; b < one.count.size(); ++b) {
    rows += one.count[b];
    if (std::isnan(one.root_mean_variance[b])) continue;
    RC_ASSERT(one.root_mean_variance[b] >= before);  // bins hold ascending deviations
    before = one.root_mean_variance[b];
  }
  RC_ASSERT(rows == static_cast<double>(r.size()));
}

RC_GTEST_PROP(calibrated_spread, has_no_error_and_the_factor_1, ()) {
  regression r = *some_regression();
  for (std::size_t i = 0; i < r.size(); ++i) r.y[i] = r.mean[i] + (i % 2 == 0 ? r.std[i] : -r.std[i]);
  const auto errors = ence(r.y, r.mean, r.std, {.weights = r.weights, .n_bins = *some_bins()});
  RC_ASSERT(errors.ence == 0.0 && errors.uce == 0.0);
  RC_ASSERT(variance_scaling(r.y, r.mean, r.std, {.weights = r.weights}).scale == 1.0);
}

RC_GTEST_PROP(variance_scaling, leaves_nothing_to_scale, ()) {
  const regression r = *some_regression();
  const auto fit = variance_scaling(r.y, r.mean, r.std, {.weights = r.weights});
  const auto again = variance_scaling(r.y, r.mean, vector_view(fit.query), {.weights = r.weights});
  require_close(again.scale, 1.0, 1e-14, 0.0, "two budgets of 8 ulp");
  const regression m = moved(r, power_of_two(), 0.0);
  RC_ASSERT(same_bits(variance_scaling(m.y, m.mean, m.std, {.weights = r.weights}).scale, fit.scale));
  RC_ASSERT(same_bits(variance_scaling(r.y, r.mean, moved(r, 4.0, 0.0).std, {.weights = r.weights}).scale,
                      fit.scale / 4));
  const auto model = variance_scaling_model::fit(r.y, r.mean, r.std, {.weights = r.weights});
  RC_ASSERT(same_bits(variance_scaling_model::from_json(model.to_json()).transform(r.std), fit.query));
}

RC_GTEST_PROP(isotonic_pit, is_the_distribution_of_the_transforms_and_its_inverse, ()) {
  const forecasts f = *some_forecasts();
  const auto model = isotonic_pit_model::fit(f.probabilities, {.weights = f.weights});
  const auto at = model.transform(f.probabilities);
  const double total = std::accumulate(f.weights.begin(), f.weights.end(), 0.0);
  for (std::size_t i = 0; i < f.size(); ++i) {
    double upto = 0.0;
    for (std::size_t j = 0; j < f.size(); ++j)
      upto += f.probabilities[j] <= f.probabilities[i] ? f.weights[j] : 0.0;
    if (f.weights[i] > 0.0) require_close(at[i], upto / total, 1e-15, 0.0, "a division");
  }
  // where forecasts are recalibrated, their transforms have the uniform distribution as far as they go
  const auto again = isotonic_pit(vector_view(at), vector_view(at), {.weights = f.weights});
  for (std::size_t i = 0; i < f.size(); ++i)
    if (f.weights[i] > 0.0) require_close(again.query[i], at[i], 4e-15, 0.0, "a division");
  const double level = *fractions(0, 128, 128.0), step = 0x1p-10;
  const double asked = model.inverse({level})[0];  // the smallest level that is enough
  RC_ASSERT(model.transform({asked})[0] >= level - 1e-14);
  if (asked > step) RC_ASSERT(model.transform({asked - step})[0] < level);
  RC_ASSERT(same_bits(isotonic_pit_model::from_json(model.to_json()).inverse({level})[0], asked));
}

RC_GTEST_PROP(pit_samples, is_the_rank_of_the_outcome, ()) {
  const regression r = *some_regression();
  const auto m = *rc::gen::inRange<std::size_t>(1, 12);
  auto x = *rc::gen::container<std::vector<double>>(r.size() * m, fractions(-64, 64, 16.0));
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const matrix_view samples(x, r.size(), m);
  const auto drawn = pit_samples(r.y, samples, {.seed = seed});
  const auto middle = pit_samples(r.y, samples, {.randomise = false});
  for (std::size_t i = 0; i < r.size(); ++i) {
    double below = 0.0, upto = 0.0;
    for (std::size_t j = 0; j < m; ++j) {
      below += samples(i, j) < r.y[i] ? 1.0 : 0.0;
      upto += samples(i, j) <= r.y[i] ? 1.0 : 0.0;
    }
    const double ranks = static_cast<double>(m) + 1.0;
    RC_ASSERT(below / ranks <= drawn[i] && drawn[i] <= (upto + 1) / ranks);
    require_close(middle[i], (below + upto + 1) / (2 * ranks), 4e-16, 0.0, "2 ulp");
  }
  for (std::size_t i = 0; i < r.size(); ++i)
    std::sort(x.begin() + static_cast<std::ptrdiff_t>(i * m),
              x.begin() + static_cast<std::ptrdiff_t>((i + 1) * m));
  RC_ASSERT(same_bits(pit_samples(r.y, samples, {.seed = seed}), drawn));
}

RC_GTEST_PROP(pit_quantiles, is_the_level_of_the_outcome_and_turns_with_the_sign, ()) {
  const auto q = *rc::gen::inRange<std::size_t>(1, 8);
  std::vector<double> levels, quantiles, negated, other_levels;
  for (std::size_t j = 0; j < q; ++j) {
    levels.push_back((static_cast<double>(j) + 0.5) / 8.0);
    quantiles.push_back((j == 0 ? 0.0 : quantiles[j - 1]) + *fractions(0, 16, 16.0));
  }
  for (std::size_t j = q; j-- > 0;) {
    negated.push_back(-quantiles[j]);
    other_levels.push_back(1 - levels[j]);
  }
  const double y = *fractions(-16, 128, 16.0), more = *fractions(0, 16, 16.0);
  const auto at = [&](double outcome) {
    return pit_quantiles({outcome}, {quantiles, 1, q}, levels, {.randomise = false})[0];
  };
  RC_ASSERT(at(y) <= at(y + more));
  require_close(pit_quantiles({-y}, {negated, 1, q}, other_levels, {.randomise = false})[0], 1 - at(y), 0.0,
                1e-15, "4 ulp");
  for (std::size_t j = 0; j < q; ++j)
    if (std::count(quantiles.begin(), quantiles.end(), quantiles[j]) == 1)
      RC_ASSERT(at(quantiles[j]) == levels[j]);
}

}  // namespace
}  // namespace assay::calibration
