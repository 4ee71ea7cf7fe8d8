// Laws that hold for every ensemble, on random cases that shrink to small ones.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/energy.hpp"
#include "assay/scoring/mean.hpp"
#include "assay/scoring/normal.hpp"
#include "assay/scoring/quantile.hpp"
#include "assay/scoring/rank_histogram.hpp"
#include "support/compare.hpp"

namespace assay::scoring {
namespace {

using assay::testing::same_bits;

// Numbers on a grid of 1/8 in [-limit, limit]: ties are common, shifts and scalings by powers of two are
// exact.
rc::Gen<double> grid(int limit) {
  return rc::gen::map(rc::gen::inRange(-8 * limit, 8 * limit + 1), [](int i) { return i / 8.0; });
}

struct ensemble {
  std::size_t n, m;
  std::vector<double> observations, members, weights;
  [[nodiscard]] matrix_view view() const { return {members, n, m}; }
  [[nodiscard]] matrix_view weight_view() const { return {weights, n, m}; }
};

rc::Gen<ensemble> some_ensembles(std::size_t smallest = 2) {
  return rc::gen::exec([smallest] {
    ensemble e;
    e.n = *rc::gen::inRange<std::size_t>(1, 20);
    e.m = *rc::gen::oneOf(rc::gen::inRange<std::size_t>(smallest, 9),
                          rc::gen::inRange<std::size_t>(smallest, 80));
    e.observations = *rc::gen::container<std::vector<double>>(e.n, grid(4));
    e.members = *rc::gen::container<std::vector<double>>(e.n * e.m, grid(4));
    e.weights = *rc::gen::container<std::vector<double>>(
        e.n * e.m, rc::gen::map(rc::gen::inRange(1, 65), [](int i) { return i / 16.0; }));
    return e;
  });
}

rc::Gen<crps_ensemble_options> some_options() {
  return rc::gen::exec([] {
    crps_ensemble_options options;
    options.estimator = *rc::gen::element(crps_estimator::standard, crps_estimator::fair,
                                          crps_estimator::almost_fair, crps_estimator::adjusted);
    options.alpha = *rc::gen::map(rc::gen::inRange(0, 21), [](int i) { return i / 20.0; });
    options.ensemble_size = *rc::gen::inRange<std::int64_t>(1, 200);
    return options;
  });
}

array score(const ensemble& e, const crps_ensemble_options& options) {
  return crps_ensemble(e.observations, e.view(), options);
}

double largest(const ensemble& e) {
  double result = 1.0;
  for (const double x : e.members) result = std::max(result, std::fabs(x));
  for (const double y : e.observations) result = std::max(result, std::fabs(y));
  return result;
}

RC_GTEST_PROP(crps_ensemble_law, is_invariant_under_member_order, ()) {
  const ensemble e = *some_ensembles();
  const auto options = *some_options();
  ensemble shuffled = e;
  std::vector<std::size_t> order(e.m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t j = e.m; j-- > 1;) std::swap(order[j], order[*rc::gen::inRange<std::size_t>(0, j + 1)]);
  for (std::size_t i = 0; i < e.n; ++i)
    for (std::size_t j = 0; j < e.m; ++j) shuffled.members[i * e.m + j] = e.members[i * e.m + order[j]];
  RC_ASSERT(same_bits(score(e, options), score(shuffled, options)));
}

RC_GTEST_PROP(crps_ensemble_law, is_invariant_under_translation_and_scales_with_the_unit, ()) {
  const ensemble e = *some_ensembles();
  const auto options = *some_options();
  const double shift = *grid(1000);
  ensemble moved = e;
  for (double& y : moved.observations) y = 8.0 * (y + shift);
  for (double& x : moved.members) x = 8.0 * (x + shift);
  const array before = score(e, options);
  const array after = score(moved, options);
  for (std::size_t i = 0; i < e.n; ++i) RC_ASSERT(same_bits(after[i], 8.0 * before[i]));
}

RC_GTEST_PROP(crps_ensemble_law, mirrors, ()) {
  const ensemble e = *some_ensembles();
  const auto options = *some_options();
  ensemble mirrored = e;
  for (double& y : mirrored.observations) y = -y;
  for (double& x : mirrored.members) x = -x;
  const array scores = score(e, options);
  const array other = score(mirrored, options);
  for (std::size_t i = 0; i < e.n; ++i) RC_ASSERT(std::fabs(scores[i] - other[i]) <= 1e-14 * largest(e));
}

RC_GTEST_PROP(crps_ensemble_law, is_never_negative_for_mixtures_of_fair_and_standard, ()) {
  const ensemble e = *some_ensembles();
  auto options = *some_options();
  RC_PRE(options.estimator != crps_estimator::adjusted);
  const array scores = score(e, options);
  for (std::size_t i = 0; i < e.n; ++i) RC_ASSERT(scores[i] >= 0.0);
}

RC_GTEST_PROP(crps_ensemble_law, grows_with_the_estimated_ensemble_getting_smaller, ()) {
  const ensemble e = *some_ensembles();
  const array fair = score(e, {.estimator = crps_estimator::fair});
  const array almost = score(e, {.estimator = crps_estimator::almost_fair});
  const array standard = score(e, {.estimator = crps_estimator::standard});
  for (std::size_t i = 0; i < e.n; ++i) {
    RC_ASSERT(fair[i] <= almost[i] * (1.0 + 1e-15));
    RC_ASSERT(almost[i] <= standard[i] * (1.0 + 1e-15));
  }
}

RC_GTEST_PROP(crps_ensemble_law, components_and_gradient_agree_with_the_score, ()) {
  const ensemble e = *some_ensembles();
  auto options = *some_options();
  if (*rc::gen::arbitrary<bool>()) options.weights = e.weight_view();
  const array scores = score(e, options);
  const auto parts = crps_ensemble_components(e.observations, e.view(), options);
  const auto gradient = crps_ensemble_grad(e.observations, e.view(), options);
  RC_ASSERT(same_bits(gradient.crps, scores));
  for (std::size_t i = 0; i < e.n; ++i) {
    const double sum = parts.underforecast[i] + parts.overforecast[i] - parts.spread[i];
    RC_ASSERT(std::fabs(sum - scores[i]) <= 2e-14 * largest(e));
    double slopes = gradient.grad_observations[i];
    for (std::size_t j = 0; j < e.m; ++j) slopes += gradient.grad(i, j);
    RC_ASSERT(std::fabs(slopes) <= 1e-14);
  }
}

RC_GTEST_PROP(crps_ensemble_law, whole_weights_are_members_repeated, ()) {
  const ensemble e = *some_ensembles(1);
  std::vector<double> counts(e.m);
  for (double& c : counts) c = *rc::gen::inRange(1, 4);
  for (std::size_t i = 0; i < e.n; ++i) {
    std::vector<double> repeated;
    for (std::size_t j = 0; j < e.m; ++j)
      repeated.insert(repeated.end(), static_cast<std::size_t>(counts[j]), e.members[i * e.m + j]);
    const std::vector<double> row(e.members.begin() + static_cast<std::ptrdiff_t>(i * e.m),
                                  e.members.begin() + static_cast<std::ptrdiff_t>((i + 1) * e.m));
    const double weighted =
        crps_ensemble({e.observations[i]}, matrix_view(row, 1, e.m),
                      {.weights = vector_view(counts), .estimator = crps_estimator::standard})[0];
    const double plain = crps_ensemble({e.observations[i]}, matrix_view(repeated, 1, repeated.size()),
                                       {.estimator = crps_estimator::standard})[0];
    RC_ASSERT(std::fabs(weighted - plain) <= 1e-14 * largest(e));
  }
}

RC_GTEST_PROP(crps_ensemble_law, omit_is_removal, ()) {
  ensemble e = *some_ensembles();
  for (double& x : e.members)
    if (*rc::gen::inRange(0, 4) == 0) x = std::numeric_limits<double>::quiet_NaN();
  const array scores = score(e, {.nan_policy = nan_policy::omit});
  for (std::size_t i = 0; i < e.n; ++i) {
    std::vector<double> present;
    for (std::size_t j = 0; j < e.m; ++j)
      if (!std::isnan(e.members[i * e.m + j])) present.push_back(e.members[i * e.m + j]);
    if (present.size() < 2)
      RC_ASSERT(std::isnan(scores[i]));
    else
      RC_ASSERT(same_bits(scores[i],
                          crps_ensemble({e.observations[i]}, matrix_view(present, 1, present.size()))[0]));
  }
}

RC_GTEST_PROP(energy_score_law, equals_the_crps_in_one_dimension, ()) {
  const ensemble e = *some_ensembles();
  const auto options = *some_options();
  const array energy = energy_score(
      matrix_view(e.observations, e.n, 1), tensor_view(e.members, e.n, e.m, 1),
      {.estimator = options.estimator, .alpha = options.alpha, .ensemble_size = options.ensemble_size});
  const array crps = score(e, options);
  for (std::size_t i = 0; i < e.n; ++i) RC_ASSERT(std::fabs(energy[i] - crps[i]) <= 2e-14 * largest(e));
}

RC_GTEST_PROP(normal_law, scores_shift_and_scale, ()) {
  const double y = *grid(20);
  const double mu = *grid(20);
  const double sigma = *rc::gen::map(rc::gen::inRange(1, 200), [](int i) { return i / 8.0; });
  const double crps = crps_normal({y}, mu, sigma)[0];
  RC_ASSERT(crps > 0.2336 * sigma);  // least at y = mu: (sqrt(2) - 1)/sqrt(pi)
  RC_ASSERT(same_bits(crps_normal({4.0 * (y + 3.0)}, 4.0 * (mu + 3.0), 4.0 * sigma)[0], 4.0 * crps));
  RC_ASSERT(same_bits(crps_normal({2.0 * mu - y}, mu, sigma)[0], crps));
}

RC_GTEST_PROP(quantile_law, scores_of_both_levels_add_up_to_the_distance, ()) {
  const double y = *grid(20);
  const double q = *grid(20);
  const double level = *rc::gen::map(rc::gen::inRange(1, 16), [](int i) { return i / 16.0; });
  RC_ASSERT(same_bits(quantile_score({y}, {q}, level)[0] + quantile_score({y}, {q}, 1.0 - level)[0],
                      std::fabs(y - q)));
}

RC_GTEST_PROP(rank_histogram_law, pieces_merge_to_the_whole, ()) {
  const ensemble e = *some_ensembles(1);
  const array whole = rank_histogram(e.observations, e.view());
  rank_histogram_accumulator merged;
  for (std::size_t first = 0; first < e.n;) {
    const auto count = *rc::gen::inRange<std::size_t>(1, e.n - first + 1);
    rank_histogram_accumulator piece;
    piece.update(vector_view(e.observations.data() + first, count),
                 matrix_view(e.members.data() + first * e.m, count, e.m));
    merged.merge(piece);
    first += count;
  }
  RC_ASSERT(same_bits(merged.value(), whole));
  double total = 0.0;
  for (std::size_t rank = 0; rank <= e.m; ++rank) total += whole[rank];
  RC_ASSERT(std::fabs(total - static_cast<double>(e.n)) <= 1e-12);
}

RC_GTEST_PROP(score_accumulator_law, pieces_merge_to_the_whole, ()) {
  const auto scores = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(-1000000, 1000000), [](int i) { return i / 997.0; })));
  score_accumulator whole;
  whole.update(scores);
  score_accumulator merged;
  for (std::size_t first = 0; first < scores.size();) {
    const auto count = *rc::gen::inRange<std::size_t>(1, scores.size() - first + 1);
    score_accumulator piece;
    piece.update(vector_view(scores.data() + first, count));
    piece.merge(merged);
    merged = score_accumulator::from_bytes(piece.to_bytes());
    first += count;
  }
  RC_ASSERT(same_bits(merged.value().mean, whole.value().mean));
  RC_ASSERT(merged.value().count == static_cast<std::int64_t>(scores.size()));
}

}  // namespace
}  // namespace assay::scoring
