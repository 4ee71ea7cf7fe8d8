#include "assay/calibration/bbq.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/calibration/internal/bin_map.hpp"
#include "assay/calibration/internal/counted_groups.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/model_shares.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/core/vmath/gamma.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::tie_group;

constexpr const char* k_kind = "bbq";
constexpr double k_spread = 10.0;            // C of the paper
constexpr double k_rows_a_bin = 5.0;         // as the program of the authors
constexpr double k_least_prior_mean = 5e-3;  // likewise
constexpr double k_most_rows = 1e8;          // more do not widen the range of binnings: some 4600 of them
constexpr std::size_t k_chunk_binnings = 16;

struct bin_range {
  std::size_t least, most;
};

// From n^(1/3)/C to C n^(1/3), the cubes compared: they are exact.
bin_range range_of(double total) {
  const double rows = std::min(total, k_most_rows);
  const auto cube = [](double x) { return x * x * x; };
  double least = 1.0, most = 1.0;
  while (cube(k_spread * (least + 1.0)) <= rows) least += 1.0;
  while (cube(most / k_spread) < rows && most * k_rows_a_bin < rows) most += 1.0;
  return {static_cast<std::size_t>(least), static_cast<std::size_t>(std::max(least, most))};
}

// log Beta(a, b) of a, b >= 1 by Stirling's formula: its terms are no larger than the result.
double log_beta_of_large(double a, double b) {
  constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;
  namespace g = vmath::generic;
  const double sum = a + b, least = std::min(a, b), most = std::max(a, b);
  const double powers = most * vmath::log1p(-least / sum) + least * vmath::log(least / sum);
  return powers + half_log_two_pi - 0.5 * (vmath::log(least) + vmath::log(most / sum)) +
         (g::stirling_error(a) + g::stirling_error(b) - g::stirling_error(sum));
}

// log Beta(a, b) of a, b > 0.
double log_beta(double a, double b) {
  double factor = 1.0;  // Beta(a, b) = Beta(a + 1, b) (a + b)/a
  if (a < 1.0) {
    factor *= (a + b) / a;
    a += 1.0;
  }
  if (b < 1.0) {
    factor *= (a + b) / b;
    b += 1.0;
  }
  return log_beta_of_large(a, b) + vmath::log(factor);
}

// What the data say of one bin.
struct bin_posterior {
  double rate;
  double log_evidence;
};

class binnings {
 public:
  binnings(const internal::counted_groups& rows, const bbq_options& options)
      : groups_(rows.groups), total_(rows.total), options_(options) {
    compensated_sum weight, events, probability;
    sums_.reserve(groups_.size() + 1);
    before_.reserve(groups_.size());
    sums_.push_back({0.0, 0.0, 0.0});
    for (const tie_group& group : groups_) {
      weight += group.weight;
      events += group.events;
      probability += group.weight * group.x;
      before_.push_back(sums_.back().weight);
      sums_.push_back({weight.value(), events.value(), probability.value()});
    }
  }

  // First groups of the bins, and the number of groups at the end.
  [[nodiscard]] std::vector<std::size_t> starts(std::size_t bins) const {
    std::vector<std::size_t> result = {0};
    std::size_t length = groups_.size() / bins;
    while (result.back() < groups_.size()) {
      const std::size_t first = result.back();
      result.push_back(end_of_bin(first, first + length, bins));
      length = result.back() - first;
    }
    return result;
  }

  // Calls fn(first group, one past the last, posterior) for each bin.
  template <class Fn>
  void for_bins(const std::vector<std::size_t>& starts, Fn&& fn) const {
    const std::size_t bins = starts.size() - 1;
    const double samples = options_.per_bin ? options_.equivalent_samples
                                            : options_.equivalent_samples / static_cast<double>(bins);
    for (std::size_t k = 0; k < bins; ++k)
      fn(starts[k], starts[k + 1], posterior(starts[k], starts[k + 1], samples));
  }

  [[nodiscard]] double score(std::size_t bins) const {
    compensated_sum sum;
    for_bins(starts(bins),
             [&](std::size_t, std::size_t, const bin_posterior& bin) { sum += bin.log_evidence; });
    return sum.value();
  }

  // Upper edge of a bin that ends before this group.
  [[nodiscard]] double edge(std::size_t group) const {
    if (group == 0) return 0.0;
    if (group == groups_.size()) return 1.0;
    return internal::edge_between(groups_[group - 1].x, groups_[group].x, bin_rule::right_closed);
  }

 private:
  struct sums_before {
    double weight, events, probability;
  };

  [[nodiscard]] double bin_of(std::size_t group, std::size_t bins) const {
    const auto count = static_cast<double>(bins);
    return std::min(std::floor(before_[group] * count / total_), count - 1.0);
  }

  // One past the last group of the bin that `first` belongs to: close to the guess as a rule, so that the
  // search begins there with steps 1, 2, 4, ... before it halves.
  [[nodiscard]] std::size_t end_of_bin(std::size_t first, std::size_t guess, std::size_t bins) const {
    const double bin = bin_of(first, bins);
    std::size_t low = first + 1, high = groups_.size(), probe = guess, step = 1;
    while (low < high) {
      probe = std::clamp(probe, low, high - 1);
      const bool inside = bin_of(probe, bins) == bin;
      (inside ? low : high) = inside ? probe + 1 : probe;
      if (step < high - low) {
        probe = inside ? probe + step : high - step;
        step *= 2;
      } else {
        probe = low + (high - low) / 2;
      }
    }
    return low;
  }

  [[nodiscard]] bin_posterior posterior(std::size_t first, std::size_t last, double samples) const {
    const sums_before &low = sums_[first], &high = sums_[last];
    const double weight = high.weight - low.weight;
    const double events = std::clamp(high.events - low.events, 0.0, weight);
    double mean = (edge(first) + edge(last)) / 2.0;
    if (options_.prior == bbq_prior::mean_probability && weight > 0.0)
      mean = (high.probability - low.probability) / weight;
    mean = std::clamp(mean, k_least_prior_mean, 1.0 - k_least_prior_mean);
    const double a = samples * mean, b = samples * (1.0 - mean);
    return {std::min((events + a) / (weight + samples), 1.0),
            log_beta(events + a, (weight - events) + b) - log_beta(a, b)};
  }

  const std::vector<tie_group>& groups_;
  double total_;
  const bbq_options& options_;
  std::vector<sums_before> sums_;
  std::vector<double> before_;  // the weights among them, side by side for the search
};

struct ensemble {
  std::vector<double> edges;
  std::vector<double> values;
  std::vector<bbq_binning> binnings;
};

// The mean of the step functions: it has the edges of all of them.
ensemble averaged(const binnings& models, std::size_t groups, std::size_t least,
                  const std::vector<internal::model_share>& shares) {
  std::vector<std::uint32_t> cell(groups + 1);  // first the group begins a bin, then which cell it begins
  for (const auto& share : shares)
    for (const std::size_t start : models.starts(least + share.model)) cell[start] = 1;
  ensemble result;
  std::uint32_t cells = 0;
  for (std::size_t group = 0; group <= groups; ++group) {
    if (cell[group] == 0) continue;
    result.edges.push_back(models.edge(group));
    cell[group] = cells++;
  }
  result.values.assign(result.edges.size() - 1, 0.0);
  for (const auto& share : shares) {
    const auto starts = models.starts(least + share.model);
    result.binnings.push_back({static_cast<std::int64_t>(starts.size() - 1), share.weight});
    models.for_bins(starts, [&](std::size_t first, std::size_t last, const bin_posterior& bin) {
      for (std::size_t k = cell[first]; k < cell[last]; ++k) result.values[k] += share.weight * bin.rate;
    });
  }
  for (double& value : result.values) value = std::min(value, 1.0);  // the weights are rounded
  // Ties can leave more bins wanted with fewer that have rows.
  std::stable_sort(result.binnings.begin(), result.binnings.end(),
                   [](const bbq_binning& a, const bbq_binning& b) { return a.n_bins < b.n_bins; });
  return result;
}

ensemble fitted(const context& ctx, const checker& check, const internal::binary_rows& rows,
                const bbq_options& options) {
  ctx.require_backend(check.function());
  internal::check_shapes(check, rows);
  const double samples = options.equivalent_samples;
  check.parameter(samples >= 1e-6 && samples <= 1e6, "equivalent_samples", samples,
                  "must lie in 1e-6 .. 1e6");
  const auto counted = internal::count_rows(check, rows);
  const binnings models(counted, options);
  const bin_range range = range_of(counted.total);
  std::vector<double> scores(range.most - range.least + 1);
  for_chunks(ctx, check.function(), scores.size(), k_chunk_binnings, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) scores[i] = models.score(range.least + i);
  });
  return averaged(models, counted.groups.size(), range.least, internal::model_shares(scores));
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const std::vector<double>& edges, const std::vector<double>& values) {
  const internal::bin_map map(edges, bin_rule::right_closed, values);
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities,
                              [&](double p) { return map.at(p); });
}

}  // namespace

bbq_model bbq_model::fit(integer_view labels, vector_view probabilities, const bbq_options& options,
                         const context& ctx) {
  ensemble fit = fitted(ctx, checker("bbq_model::fit"), {labels, probabilities, options.weights}, options);
  bbq_model model;
  model.edges_ = std::move(fit.edges);
  model.values_ = std::move(fit.values);
  model.binnings_ = std::move(fit.binnings);
  return model;
}

array bbq_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("bbq_model::transform"), probabilities, "probabilities", edges_, values_);
}

bbq_parameters bbq_model::parameters() const { return {array(edges_), array(values_), binnings_}; }

std::string bbq_model::to_json() const {
  internal::model_writer out(k_kind);
  internal::write_bins(out, edges_, bin_rule::right_closed, values_);
  internal::stored_shares shares;
  for (const bbq_binning& binning : binnings_) {
    shares.sizes.push_back(static_cast<double>(binning.n_bins));
    shares.weights.push_back(binning.weight);
  }
  shares.write(out, "n_bins");
  return out.finish();
}

bbq_model bbq_model::from_json(std::string_view json) {
  internal::model_reader in(json, "bbq_model::from_json", k_kind);
  auto bins = internal::read_bins(in);
  if (bins.rule != bin_rule::right_closed) in.fail("has another bin_rule than right_closed");
  const auto shares = internal::stored_shares::read(in, "n_bins");
  bbq_model model;
  model.edges_ = std::move(bins.edges);
  model.values_ = std::move(bins.values);
  for (std::size_t i = 0; i < shares.sizes.size(); ++i)
    model.binnings_.push_back({static_cast<std::int64_t>(shares.sizes[i]), shares.weights[i]});
  return model;
}

bbq_result bbq(integer_view labels, vector_view probabilities, vector_view query, const bbq_options& options,
               const context& ctx) {
  const checker check("bbq");
  check.not_empty(query, "query");
  ensemble fit = fitted(ctx, check, {labels, probabilities, options.weights}, options);
  return {mapped(ctx, check, query, "query", fit.edges, fit.values), std::move(fit.binnings)};
}

}  // namespace assay::inline v1::calibration
