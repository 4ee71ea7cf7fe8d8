#include "assay/calibration/internal/grouped_bins.hpp"

#include <algorithm>
#include <cmath>

#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

// Rows before each group, and all of them at the end.
std::vector<std::size_t> starts_of(const std::vector<tie_group>& groups) {
  std::vector<std::size_t> starts = {0};
  starts.reserve(groups.size() + 1);
  for (const tie_group& group : groups)
    starts.push_back(starts.back() + static_cast<std::size_t>(group.count));
  return starts;
}

// Probability of the sorted row with a given number; numbers must ascend from call to call.
class ascending_rows {
 public:
  explicit ascending_rows(const std::vector<tie_group>& groups)
      : groups_(groups), starts_(starts_of(groups)) {}
  [[nodiscard]] std::size_t size() const { return starts_.back(); }
  double operator[](std::size_t row) {
    while (starts_[group_ + 1] <= row) ++group_;
    return groups_[group_].x;
  }

 private:
  const std::vector<tie_group>& groups_;
  std::vector<std::size_t> starts_;
  std::size_t group_ = 0;
};

// Type-7 percentiles at k/bins. The place (n - 1) k/bins is split into whole and rest in integers, so that an
// edge that is a row's probability is exactly that.
std::vector<double> quantile_edges(const std::vector<tie_group>& groups, std::size_t bins) {
  ascending_rows rows(groups);
  ascending_rows next_rows(groups);
  std::vector<double> edges(bins + 1);
  for (std::size_t k = 0; k <= bins; ++k) {
    const std::uint64_t place = std::uint64_t{rows.size() - 1} * k;  // sizes have 32 bits in WebAssembly
    const auto whole = static_cast<std::size_t>(place / bins);
    const double rest = static_cast<double>(place % bins) / static_cast<double>(bins);
    const double low = rows[whole];
    const double high = next_rows[std::min(whole + 1, rows.size() - 1)];
    edges[k] = rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1.0 - rest);
  }
  return edges;
}

std::vector<double> equal_mass_edges(const std::vector<tie_group>& groups, std::size_t wanted) {
  ascending_rows rows(groups);
  ascending_rows next_rows(groups);
  const std::size_t bins = std::min(wanted, rows.size());
  const std::size_t length = rows.size() / bins;
  const std::size_t longer = rows.size() % bins;  // the first runs have one row more
  std::vector<double> edges = {0.0};
  std::size_t end = 0;
  for (std::size_t k = 0; k + 1 < bins; ++k) {
    end += length + (k < longer ? 1 : 0);
    edges.push_back((rows[end - 1] + next_rows[end]) / 2.0);
  }
  edges.push_back(1.0);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

std::vector<double> edges_between(const std::vector<tie_group>& groups, const std::vector<std::size_t>& first,
                                  bin_rule rule) {
  std::vector<double> edges(first.size(), 1.0);
  edges.front() = 0.0;
  for (std::size_t k = 1; k + 1 < first.size(); ++k) {
    const std::size_t i = first[k];
    if (i < groups.size()) edges[k] = edge_between(groups[i - 1].x, groups[i].x, rule);
  }
  return edges;
}

bin_layout layout_by_edges(const std::vector<tie_group>& groups, const bin_edges& edges) {
  bin_layout layout{edges.edges(), std::vector<std::size_t>(edges.bins() + 1, groups.size())};
  layout.first[0] = 0;
  std::size_t group = 0;
  for (std::size_t k = 1; k < edges.bins(); ++k) {
    while (group < groups.size() && !(groups[group].x > edges.thresholds()[k])) ++group;
    layout.first[k] = group;
  }
  return layout;
}

}  // namespace

bool bin_request::streams() const {
  if (strategy == binning::custom) return edges.size() <= streamed_bins::k_most_bins + 1;
  return strategy == binning::equal_width && n_bins <= streamed_bins::k_most_bins;
}

bin_edges bin_request::fixed_edges() const {
  return strategy == binning::custom ? bin_edges::custom(edges, rule) : bin_edges::equal_width(n_bins, rule);
}

bin_request checked_request(const checker& check, std::int64_t n_bins, binning strategy,
                            const vector_view& edges, bin_rule rule) {
  bin_request request{checked_bins(check, n_bins, bin_request::k_most_bins), strategy, {}, rule};
  if (strategy == binning::custom) {
    if (!edges.present()) {
      check.fail_value(error_code::missing_argument, "edges", "are missing, the strategy custom needs them");
    }
    request.edges = checked_edges(check, edges);
  } else if (edges.present()) {
    check.fail_value(error_code::bad_parameter, "edges", "are given, but the strategy is not custom");
  }
  return request;
}

double edge_between(double low, double high, bin_rule rule) {
  const double middle = low + (high - low) / 2.0;
  if (rule == bin_rule::right_closed) return middle < high ? middle : low;
  return middle > low ? middle : high;
}

std::size_t rows_of(const std::vector<tie_group>& groups) {
  std::size_t rows = 0;
  for (const tie_group& group : groups) rows += static_cast<std::size_t>(group.count);
  return rows;
}

// floor(r bins/rows) >= k means r >= k rows/bins, so bin k begins at the first group with r >= ceil(k
// rows/bins).
std::size_t rank_begin(std::size_t rows, std::size_t k, std::size_t bins) {
  return static_cast<std::size_t>((std::uint64_t{k} * rows + bins - 1) / bins);  // sizes of 32 bits
}

std::vector<std::size_t> rank_layout(const std::vector<tie_group>& groups, std::size_t bins) {
  const std::size_t rows = rows_of(groups);
  std::vector<std::size_t> first(bins + 1, groups.size());
  std::size_t group = 0, start = 0;
  for (std::size_t k = 0; k < bins; ++k) {
    const std::size_t least = rank_begin(rows, k, bins);
    for (; group < groups.size() && start < least; ++group)
      start += static_cast<std::size_t>(groups[group].count);
    first[k] = group;
  }
  return first;
}

bin_layout layout_of(const std::vector<tie_group>& groups, const bin_request& request) {
  switch (request.strategy) {
    case binning::quantile:
      return layout_by_edges(groups, bin_edges::custom(quantile_edges(groups, request.n_bins), request.rule));
    case binning::equal_mass:
      return layout_by_edges(groups,
                             bin_edges::custom(equal_mass_edges(groups, request.n_bins), request.rule));
    case binning::rank: {
      auto first = rank_layout(groups, request.n_bins);
      auto edges = edges_between(groups, first, request.rule);
      return {std::move(edges), std::move(first)};
    }
    case binning::unique: {
      std::vector<std::size_t> first(groups.size() + 1);
      for (std::size_t k = 0; k < first.size(); ++k) first[k] = k;
      auto edges = edges_between(groups, first, request.rule);
      return {std::move(edges), std::move(first)};
    }
    default:
      return layout_by_edges(groups, request.fixed_edges());
  }
}

bin_totals totals_of(const std::vector<tie_group>& groups, const bin_layout& layout) {
  bin_totals result{layout.edges, std::vector<bin_total>(layout.bins()), 0.0};
  compensated_sum all;
  for (std::size_t k = 0; k < layout.bins(); ++k) {
    compensated_sum count, weight, events, squares, prob, residual;
    for (std::size_t i = layout.first[k]; i < layout.first[k + 1]; ++i) {
      const tie_group& group = groups[i];
      count += group.count;
      weight += group.weight;
      events += group.events;
      squares += group.squares;
      prob += group.weight * group.x;
      residual += group.weight * group.x - group.events;
    }
    const bool single = layout.first[k + 1] == layout.first[k] + 1;
    const double mean = single ? groups[layout.first[k]].x : prob.value() / weight.value();
    result.bins[k] = {count.value(),    weight.value(),  prob.value(), events.value(),
                      residual.value(), squares.value(), mean};
    all += weight.value();
  }
  result.weight = all.value();
  return result;
}

bin_totals sum_bins(const context& ctx, const checker& check, const binary_rows& rows,
                    const bin_request& request, bin_content content) {
  if (request.streams()) {
    const bin_totals totals =
        sum_rows(ctx, check, rows, streamed_bins(request.fixed_edges(), content)).totals();
    check_total(check, totals.weight);
    return totals;
  }
  const auto groups = sorted_rows(check, rows, zero_weights::keep).groups();
  return totals_of(groups, layout_of(groups, request));
}

}  // namespace assay::inline v1::calibration::internal
