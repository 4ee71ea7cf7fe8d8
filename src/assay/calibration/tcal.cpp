#include "assay/calibration/tcal.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/percentile.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/rng.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::tie_group;

std::vector<tie_group> sorted_groups(const context& ctx, const checker& check,
                                     const internal::binary_rows& rows) {
  ctx.require_backend(check.function());
  if (rows.weights.present()) {
    check.fail_value(error_code::unsupported, "weights",
                     "are given, the correction is for rows that count alike");
  }
  internal::check_shapes(check, rows);
  return internal::sorted_rows(check, rows, internal::zero_weights::keep).groups();
}

// Sums over the rows of a bin.
struct residual_sums {
  double rows = 0.0;
  double sum = 0.0;      // of r = p - y
  double squares = 0.0;  // of r^2
  double part = 0.0;     // what the bin adds to n times the statistic

  // Rows that share the probability p, of which so many are events.
  static residual_sums of(double p, double rows, double events) {
    const double others = rows - events;
    return with_part(rows, rows * p - events, events * ((1.0 - p) * (1.0 - p)) + others * (p * p));
  }
  static residual_sums of_both(const residual_sums& a, const residual_sums& b) {
    return with_part(a.rows + b.rows, a.sum + b.sum, a.squares + b.squares);
  }

 private:
  // No branches, which would be guessed wrong often: no row and one row give 0 of themselves.
  static residual_sums with_part(double rows, double sum, double squares) {
    return {rows, sum, squares, (sum * sum - squares) / std::max(rows, 1.0)};
  }
};

// ---- all numbers of bins at once ----

// Bins of 2^l and of 2^(l - 1) differ in that some pairs of neighbours become one: all levels together are a
// binary tree over the distinct probabilities, with as many joins as there are probabilities less one.
struct join {
  std::uint32_t left, right;  // numbers of the first probabilities of both bins; the result is at left
  std::uint32_t level;        // with 2^level bins both are one
};

class bin_tree {
 public:
  bin_tree(const std::vector<tie_group>& groups, int levels, bool peer_edges) : levels_(levels) {
    std::vector<join> open;  // bins on the way from the root to the current probability, by their left end
    std::uint64_t before = bin_of(groups[0].x, peer_edges);
    for (std::uint32_t i = 1; i < groups.size(); ++i) {
      const std::uint64_t bin = bin_of(groups[i].x, peer_edges);
      const int shared = levels - static_cast<int>(std::bit_width(bin ^ before));
      before = bin;
      const auto level = static_cast<std::uint32_t>(std::max(shared, 0));
      std::uint32_t left = i - 1;
      // What meets below this level is complete: its join comes before that of the border at hand.
      while (!open.empty() && open.back().level >= level) {
        joins_.push_back(open.back());
        left = open.back().left;
        open.pop_back();
      }
      open.push_back({left, i, level});
    }
    joins_.insert(joins_.end(), open.rbegin(), open.rend());
    // What shares no level stays apart: with peer_edges probability 1.
    std::erase_if(joins_, [](const join& both) { return both.level == 0; });
  }

  [[nodiscard]] std::size_t levels() const noexcept { return static_cast<std::size_t>(levels_); }

  // Statistics with 2, 4, .. bins of `rows` rows with these sums at each probability, which are used up.
  void statistics(std::vector<residual_sums>& sums, double rows, double* result) const {
    double total = 0.0;
    for (const residual_sums& point : sums) total += point.part;
    std::fill_n(result, levels(), 0.0);
    for (const join& both : joins_) {
      residual_sums& left = sums[both.left];
      const residual_sums& right = sums[both.right];
      const residual_sums joined = residual_sums::of_both(left, right);
      result[both.level - 1] += joined.part - (left.part + right.part);
      left = joined;
    }
    for (std::size_t level = levels(); level > 0; --level) {
      total += result[level - 1];
      result[level - 1] = total / rows;
    }
  }

 private:
  // Bin among 2^levels; the product is exact.
  [[nodiscard]] std::uint64_t bin_of(double p, bool peer_edges) const {
    const std::uint64_t bins = std::uint64_t{1} << levels_;
    const auto bin = static_cast<std::uint64_t>(p * static_cast<double>(bins));
    return peer_edges ? bin : std::min(bin, bins - 1);
  }

  int levels_;
  std::vector<join> joins_;  // every bin is complete before it is joined
};

// floor(2 log2(n/sqrt(ln n))), n >= 2.
int levels_for(double rows) {
  constexpr double ln_2 = 0.69314718055994530942;
  const double log_rows = vmath::log(rows);
  return static_cast<int>((2.0 * log_rows - vmath::log(log_rows)) / ln_2);
}

// ---- consistency resampling ----

// How often a probability was drawn.
struct drawn_point {
  double p;
  std::uint32_t rows, events;
};

class resampler {
 public:
  resampler(const std::vector<tie_group>& groups, const bin_tree& tree) : tree_(tree), sums_(groups.size()) {
    for (const tie_group& group : groups) points_.push_back({group.x, 0, 0});
  }

  // Statistics of resample `number`; point_of holds the number of the probability of each sorted row.
  void run(std::uint64_t seed, std::uint64_t number, const std::vector<std::uint32_t>& point_of,
           double* result) {
    for (drawn_point& point : points_) point.rows = point.events = 0;
    for (std::size_t j = 0; j < point_of.size(); ++j) {
      const auto draws = philox::block(seed, number, 0, static_cast<std::uint32_t>(j));
      const auto row = static_cast<std::size_t>(philox::high_product(draws[0], point_of.size()));
      drawn_point& point = points_[point_of[row]];
      ++point.rows;
      point.events += philox::to_uniform(draws[1]) < point.p ? 1U : 0U;
    }
    for (std::size_t i = 0; i < sums_.size(); ++i)
      sums_[i] = residual_sums::of(points_[i].p, points_[i].rows, points_[i].events);
    tree_.statistics(sums_, static_cast<double>(point_of.size()), result);
  }

 private:
  const bin_tree& tree_;
  std::vector<drawn_point> points_;
  std::vector<residual_sums> sums_;
};

// (n_resamples, levels), row-major.
std::vector<double> resampled(const context& ctx, const checker& check, const std::vector<tie_group>& groups,
                              const bin_tree& tree, std::size_t n_resamples, std::uint64_t seed) {
  std::vector<std::uint32_t> point_of;
  for (std::size_t i = 0; i < groups.size(); ++i)
    point_of.insert(point_of.end(), static_cast<std::size_t>(groups[i].count), static_cast<std::uint32_t>(i));
  std::vector<double> statistics(n_resamples * tree.levels());
  constexpr std::size_t chunk_resamples = 8;  // share memory of the size of the data
  for_chunks(ctx, check.function(), n_resamples, chunk_resamples, [&](chunk part) {
    resampler sampler(groups, tree);
    for (std::size_t k = part.first; k < part.last; ++k)
      sampler.run(seed, k, point_of, statistics.data() + k * tree.levels());
  });
  return statistics;
}

void check_options(const checker& check, const tcal_test_options& options) {
  constexpr std::int64_t most = 100000;
  check.parameter(options.n_resamples >= 2 && options.n_resamples <= most, "n_resamples",
                  static_cast<double>(options.n_resamples), "must be 2 .. 100000");
  check.range(options.alpha > 0.0 && options.alpha < 1.0, "alpha", options.alpha, "must lie in (0, 1)");
}

void compare(tcal_test_result& result, const std::vector<double>& drawn, std::size_t n_resamples,
             double alpha) {
  const std::size_t levels = result.statistics.size();
  const auto count = static_cast<double>(levels);
  std::vector<double> column(n_resamples);
  double least = 1.0;
  for (std::size_t level = 0; level < levels; ++level) {
    for (std::size_t k = 0; k < n_resamples; ++k) column[k] = drawn[k * levels + level];
    std::sort(column.begin(), column.end());
    const double observed = result.statistics[level];
    const double critical = assay::internal::percentile(column, 1.0 - alpha / count);
    const auto above = column.end() - std::lower_bound(column.begin(), column.end(), observed);
    const double p = (1.0 + static_cast<double>(above)) / (1.0 + static_cast<double>(n_resamples));
    result.n_bins.values<double>()[level] = static_cast<double>(std::uint64_t{1} << (level + 1));
    result.critical_values.values<double>()[level] = critical;
    result.p_values.values<double>()[level] = p;
    result.rejected |= observed > critical;
    least = std::min(least, p);
  }
  result.p_value = std::min(least * count, 1.0);
}

}  // namespace

double tcal_statistic(integer_view labels, vector_view probabilities, const tcal_statistic_options& options,
                      const context& ctx) {
  const checker check("tcal_statistic");
  const auto bins =
      static_cast<double>(internal::checked_bins(check, options.n_bins, internal::bin_request::k_most_bins));
  const auto groups = sorted_groups(ctx, check, {labels, probabilities, options.weights});
  const auto bin_of = [&](double p) {
    const double bin = std::floor(bins * p);
    return options.peer_edges ? bin : std::min(bin, bins - 1.0);
  };
  compensated_sum total;
  residual_sums sums;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const tie_group& group = groups[i];
    sums = residual_sums::of_both(sums, residual_sums::of(group.x, group.count, group.events));
    if (i + 1 < groups.size() && bin_of(groups[i + 1].x) == bin_of(group.x)) continue;
    total += sums.part;
    sums = {};
  }
  return total.value() / static_cast<double>(labels.size());
}

tcal_test_result tcal_test(integer_view labels, vector_view probabilities, const tcal_test_options& options,
                           const context& ctx) {
  const checker check("tcal_test");
  check_options(check, options);
  const auto groups = sorted_groups(ctx, check, {labels, probabilities, options.weights});
  const auto rows = static_cast<double>(labels.size());
  if (rows < 2.0) check.fail_value(error_code::degenerate, "labels", "have one row, need at least two");
  const bin_tree tree(groups, levels_for(rows), options.peer_edges);
  const std::size_t levels = tree.levels();
  tcal_test_result result{false,
                          0.0,
                          ctx.result(check.function(), dtype::float64, levels),
                          array(dtype::float64, {levels}),
                          array(dtype::float64, {levels}),
                          array(dtype::float64, {levels})};
  std::vector<residual_sums> sums;
  for (const tie_group& group : groups) sums.push_back(residual_sums::of(group.x, group.count, group.events));
  tree.statistics(sums, rows, result.statistics.values<double>().data());
  const auto n_resamples = static_cast<std::size_t>(options.n_resamples);
  compare(result, resampled(ctx, check, groups, tree, n_resamples, options.seed), n_resamples, options.alpha);
  return result;
}

}  // namespace assay::inline v1::calibration
