#include "assay/scoring/crps_decomposition.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/crps_ensemble.hpp"
#include "assay/scoring/internal/deviations.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr const char* k_accumulator = "crps_decomposition_accumulator";

void check_rows(const checker& check, const vector_view& observations, const matrix_view& members) {
  check.not_empty(observations, "observations");
  check.not_empty(members, "members");
  check.same_rows(observations, "observations", members, "members");
  check.finite(observations, "observations");
  check.finite(members, "members");
}

void check_weights(const checker& check, const vector_view& observations, const vector_view& weights) {
  if (!weights.present()) return;
  check.same_rows(observations, "observations", weights, "weights");
  check.weights(weights, "weights");
}

double weight_of(const vector_view& weights, std::size_t i) { return weights.present() ? weights(i) : 1.0; }

std::vector<std::size_t> order_of(const vector_view& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values(i); });
  return order;
}

// Half the mean difference: integral of W (1 - W), W the weight of the outcomes up to a threshold.
double uncertainty_of(const vector_view& observations, const vector_view& weights) {
  const auto order = order_of(observations);
  exact_sum total;
  for (std::size_t i = 0; i < order.size(); ++i) total.add(weight_of(weights, i));
  const double all = total.value();
  exact_sum integral, up_to;
  for (std::size_t k = 0; k + 1 < order.size(); ++k) {
    up_to.add(weight_of(weights, order[k]));
    const double gap = observations(order[k + 1]) - observations(order[k]);
    const double share = up_to.value() / all;
    if (gap > 0.0) integral.add(gap * share * (1.0 - share));
  }
  return integral.value();
}

double mean_crps(const vector_view& observations, const matrix_view& members, const context& ctx) {
  context inner = ctx;
  inner.output = {};
  const array scores = crps_ensemble(observations, members, {.estimator = crps_estimator::standard}, inner);
  exact_sum sum;
  for (std::size_t i = 0; i < scores.size(); ++i) sum.add(scores[i]);
  return sum.value() / static_cast<double>(scores.size());
}

}  // namespace

// ---- by ranks ----

crps_decomposition_accumulator::crps_decomposition_accumulator() = default;

void crps_decomposition_accumulator::add(const char* function, const vector_view& observations,
                                         const matrix_view& members, const vector_view& weights,
                                         const context& ctx) {
  const checker check(function);
  ctx.require_backend(function);
  check_rows(check, observations, members);
  check_weights(check, observations, weights);
  const std::size_t m = members.extent(1);
  if (members_ != 0 && m != members_)
    check.fail_shape(
        error_code::length_mismatch, "members",
        "has shape " + shape_text(members) + ", earlier cases have " + std::to_string(members_) + " members");
  members_ = m;
  above_.resize(m + 1);
  below_.resize(m + 1);
  std::vector<double> x(m);
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const double y = observations(i), w = weight_of(weights, i);
    for (std::size_t j = 0; j < m; ++j) x[j] = members(i, j);
    std::ranges::sort(x);
    weight_.add(w);
    if (y < x[0]) {
      outside_below_.add(w);
      below_[0].add(w * (x[0] - y));
    }
    for (std::size_t j = 1; j < m; ++j) {
      const double split = std::clamp(y, x[j - 1], x[j]);
      if (split > x[j - 1]) above_[j].add(w * (split - x[j - 1]));
      if (split < x[j]) below_[j].add(w * (x[j] - split));
    }
    if (y > x[m - 1]) {
      outside_above_.add(w);
      above_[m].add(w * (y - x[m - 1]));
    }
  }
}

crps_reliability_result crps_decomposition_accumulator::result() const {
  const double total = weight_.value(), m = static_cast<double>(members_);
  exact_sum reliability, potential, crps;
  // An interval of mean length g in which the outcome lies below with frequency o where p was promised.
  const auto add = [&](double g, double o, double not_o, double p) {
    reliability.add(g * (o - p) * (o - p));
    potential.add(g * o * not_o);
    crps.add(g * (p * p * not_o + (1.0 - p) * (1.0 - p) * o));
  };
  for (std::size_t j = 1; j < members_; ++j) {
    const double a = above_[j].value() / total, b = below_[j].value() / total, g = a + b;
    if (g > 0.0) add(g, b / g, a / g, static_cast<double>(j) / m);
  }
  const double below = outside_below_.value() / total, above = outside_above_.value() / total;
  if (below > 0.0) add(below_[0].value() / total / below, below, 1.0 - below, 0.0);
  if (above > 0.0) add(above_[members_].value() / total / above, 1.0 - above, above, 1.0);
  return {crps.value(), reliability.value(), potential.value()};
}

void crps_decomposition_accumulator::update(vector_view observations, matrix_view members,
                                            const crps_decomposition_update_options& options) {
  add(k_accumulator, observations, members, options.weights, {});
}

void crps_decomposition_accumulator::merge(const crps_decomposition_accumulator& other) {
  if (other.members_ == 0) return;
  if (members_ != 0 && members_ != other.members_)
    checker(k_accumulator)
        .fail_shape(error_code::length_mismatch, "members",
                    "are " + std::to_string(other.members_) + " in the other accumulator, " +
                        std::to_string(members_) + " here");
  members_ = other.members_;
  above_.resize(members_ + 1);
  below_.resize(members_ + 1);
  for (std::size_t j = 0; j <= members_; ++j) {
    above_[j].merge(other.above_[j]);
    below_[j].merge(other.below_[j]);
  }
  outside_below_.merge(other.outside_below_);
  outside_above_.merge(other.outside_above_);
  weight_.merge(other.weight_);
}

crps_reliability_result crps_decomposition_accumulator::value() const {
  if (members_ == 0) throw state_error(error_code::empty_input, k_accumulator, "", "nothing was added");
  return result();
}

void crps_decomposition_accumulator::reset() { *this = crps_decomposition_accumulator(); }

std::vector<std::byte> crps_decomposition_accumulator::to_bytes() const {
  byte_writer out("crpsdec", 1);
  out.u64(above_.size());
  for (std::size_t j = 0; j < above_.size(); ++j) {
    out.sum(above_[j]);
    out.sum(below_[j]);
  }
  out.sum(outside_below_);
  out.sum(outside_above_);
  out.sum(weight_);
  return out.finish();
}

crps_decomposition_accumulator crps_decomposition_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, k_accumulator, "crpsdec", 1);
  crps_decomposition_accumulator result;
  const std::size_t intervals = in.count(2);
  if (intervals == 1) in.fail("an ensemble has no members");
  result.members_ = intervals == 0 ? 0 : intervals - 1;
  result.above_.resize(intervals);
  result.below_.resize(intervals);
  for (std::size_t j = 0; j < intervals; ++j) {
    result.above_[j] = in.sum();
    result.below_[j] = in.sum();
  }
  result.outside_below_ = in.sum();
  result.outside_above_ = in.sum();
  result.weight_ = in.sum();
  in.finish();
  return result;
}

crps_decomposition_hersbach_result crps_decomposition_hersbach(
    vector_view observations, matrix_view members, const crps_decomposition_hersbach_options& options,
    const context& ctx) {
  const checker check("crps_decomposition_hersbach");
  crps_decomposition_accumulator accumulator;
  accumulator.add(check.function(), observations, members, options.weights, ctx);
  const auto [crps, reliability, potential] = accumulator.result();
  const double uncertainty = uncertainty_of(observations, options.weights);
  return {crps, reliability, potential, uncertainty - potential, uncertainty};
}

// ---- by Brier scores ----

// Sweeps a threshold t over all values. For i = 0 .. m, n_i cases have i members up to t, o_i of them have
// their outcome there too, and n times the parts at t are
//   reliability sum n_i p_i^2 - 2 sum p_i o_i + S,  resolution S - o^2/n,  S = sum o_i^2/n_i,  p_i = i/m.
crps_decomposition_brier_result crps_decomposition_brier(vector_view observations, matrix_view members,
                                                         const context& ctx) {
  const checker check("crps_decomposition_brier");
  ctx.require_backend(check.function());
  check_rows(check, observations, members);
  const std::size_t n = observations.size(), m = members.extent(1);
  struct step {
    double at;
    std::size_t row;
    bool outcome;
  };
  std::vector<step> steps;
  steps.reserve(n * (m + 1));
  for (std::size_t i = 0; i < n; ++i) {
    steps.push_back({observations(i), i, true});
    for (std::size_t j = 0; j < m; ++j) steps.push_back({members(i, j), i, false});
  }
  std::ranges::sort(steps, [](const step& a, const step& b) {
    return std::tie(a.at, a.row, a.outcome) < std::tie(b.at, b.row, b.outcome);
  });
  std::vector<std::size_t> passed(n);  // members of a case up to t
  std::vector<bool> happened(n);       // its outcome too
  std::vector<double> cases(m + 1), events(m + 1);
  cases[0] = static_cast<double>(n);
  double squares = 0.0, products = 0.0, all_events = 0.0;  // whole numbers: sum n_i i^2, sum i o_i, sum o_i
  compensated_sum frequencies;                             // S
  const auto share = [&](std::size_t i) { return cases[i] > 0.0 ? events[i] * events[i] / cases[i] : 0.0; };
  const double count = static_cast<double>(n), size = static_cast<double>(m);
  exact_sum crps, reliability, resolution, uncertainty;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto [at, row, outcome] = steps[k];
    const std::size_t i = passed[row];
    const double place = static_cast<double>(i);
    frequencies.add(-share(i));
    if (outcome) {
      happened[row] = true;
      events[i] += 1.0;
      products += place;
      all_events += 1.0;
    } else {
      frequencies.add(-share(i + 1));
      const double event = happened[row] ? 1.0 : 0.0;
      cases[i] -= 1.0;
      cases[i + 1] += 1.0;
      events[i] -= event;
      events[i + 1] += event;
      squares += 2.0 * place + 1.0;
      products += event;
      passed[row] = i + 1;
      frequencies.add(share(i + 1));
    }
    frequencies.add(share(i));
    const double gap = k + 1 < steps.size() ? steps[k + 1].at - at : 0.0;
    if (!(gap > 0.0)) continue;
    const double misfit = squares / size - 2.0 * products, brier = misfit / size + all_events;
    const double s = frequencies.value();
    crps.add(gap * brier);
    reliability.add(gap * (misfit / size + s));
    resolution.add(gap * (s - all_events * all_events / count));
    uncertainty.add(gap * all_events * (1.0 - all_events / count));
  }
  return {crps.value() / count, reliability.value() / count, resolution.value() / count,
          uncertainty.value() / count};
}

// ---- by isotonic regression ----

crps_decomposition_isotonic_result crps_decomposition_isotonic(
    vector_view observations, matrix_view members, const crps_decomposition_isotonic_options& options,
    const context& ctx) {
  const checker check("crps_decomposition_isotonic");
  ctx.require_backend(check.function());
  check_rows(check, observations, members);
  const std::size_t n = observations.size(), m = members.extent(1);
  std::vector<double> index(n);
  if (options.index.present()) {
    check.same_rows(observations, "observations", options.index, "index");
    check.finite(options.index, "index");
    for (std::size_t i = 0; i < n; ++i) index[i] = options.index(i);
  } else {
    std::vector<double> x(m);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < m; ++j) x[j] = members(i, j);
      index[i] = detail::deviations_of(x).mean;
    }
  }
  // Forecasts of one index form a group; groups by falling index, along which probabilities may not fall.
  const auto by_index = order_of(index);
  std::vector<std::size_t> group(n);
  std::vector<double> sizes;
  for (std::size_t k = n; k-- > 0;) {
    if (k + 1 == n || index[by_index[k]] != index[by_index[k + 1]]) sizes.push_back(0.0);
    sizes.back() += 1.0;
    group[by_index[k]] = sizes.size() - 1;
  }
  const auto by_outcome = order_of(observations);
  const auto outcome = [&](std::size_t k) { return observations(by_outcome[k]); };
  // The mean Brier score after recalibration, at every threshold but the last.
  constexpr std::size_t thresholds_per_chunk = 64;
  const auto integral = reduce_chunks<exact_sum>(
      ctx, check.function(), n - 1, thresholds_per_chunk,
      [&](chunk part) {
        std::vector<double> events(sizes.size());
        for (std::size_t k = 0; k < part.first; ++k) events[group[by_outcome[k]]] += 1.0;
        exact_sum sum;
        for (std::size_t k = part.first; k < part.last; ++k) {
          events[group[by_outcome[k]]] += 1.0;
          const double gap = outcome(k + 1) - outcome(k);
          if (!(gap > 0.0)) continue;
          isotonic_regression fit;
          for (std::size_t g = 0; g < sizes.size(); ++g) fit.add(sizes[g], events[g]);
          double brier = 0.0;
          for (const isotonic_block& block : fit.blocks()) brier += block.sum * (1.0 - block.mean);
          sum.add(gap * brier);
        }
        return sum;
      },
      [](exact_sum& into, const exact_sum& from) { into.merge(from); });
  const double recalibrated = integral.value() / static_cast<double>(n);
  crps_decomposition_isotonic_result result;
  result.crps = mean_crps(observations, members, ctx);
  result.uncertainty = uncertainty_of(observations, {});
  result.miscalibration = result.crps - recalibrated;
  result.discrimination = result.uncertainty - recalibrated;
  return result;
}

}  // namespace assay::inline v1::scoring
