#include "assay/scoring/multivariate_rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/parallel.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

// The vectors of one forecast: the outcome first, then the members.
class vectors {
 public:
  vectors(std::size_t count, std::size_t dimension)
      : count_(count), dimension_(dimension), values_(count * dimension), preranks_(count) {}

  /// Reads row i; false where a number is missing.
  bool read(const matrix_view& observations, const tensor_view& members, std::size_t i) {
    bool complete = true;
    for (std::size_t v = 0; v < count_; ++v)
      for (std::size_t k = 0; k < dimension_; ++k) {
        const double value = v == 0 ? observations(i, k) : members(i, v - 1, k);
        values_[v * dimension_ + k] = value;
        complete = complete && !std::isnan(value);
      }
    return complete;
  }

  const std::vector<double>& preranks(prerank kind) {
    if (kind == prerank::minimum_spanning_tree)
      rank_by_trees();
    else if (kind == prerank::multivariate)
      rank_by_dominance();
    else
      rank_by_coordinates(kind == prerank::band_depth);
    return preranks_;
  }

 private:
  [[nodiscard]] double at(std::size_t v, std::size_t k) const { return values_[v * dimension_ + k]; }

  void rank_by_dominance() {
    for (std::size_t v = 0; v < count_; ++v) {
      double dominated = 0.0;
      for (std::size_t w = 0; w < count_; ++w) {
        bool below = true;
        for (std::size_t k = 0; k < dimension_; ++k) below = below && at(w, k) <= at(v, k);
        dominated += below ? 1.0 : 0.0;
      }
      preranks_[v] = dominated;
    }
  }

  // Sums, not means, of twice the ranks (equal values share their mean rank) and of four times the depths:
  // whole numbers, which order alike and are exact.
  void rank_by_coordinates(bool depth) {
    const double count = static_cast<double>(count_);
    for (std::size_t v = 0; v < count_; ++v) {
      double sum = 0.0;
      for (std::size_t k = 0; k < dimension_; ++k) {
        double twice_rank = 1.0;
        for (std::size_t w = 0; w < count_; ++w)
          twice_rank += at(w, k) < at(v, k) ? 2.0 : at(w, k) == at(v, k) ? 1.0 : 0.0;
        sum += depth ? (2.0 * count - twice_rank) * (twice_rank - 2.0) : twice_rank;
      }
      preranks_[v] = sum;
    }
  }

  void rank_by_trees() {
    distances_.assign(count_ * count_, 0.0);
    for (std::size_t v = 0; v < count_; ++v)
      for (std::size_t w = 0; w < v; ++w) {
        double squares = 0.0;
        for (std::size_t k = 0; k < dimension_; ++k) {
          const double gap = at(v, k) - at(w, k);
          squares += gap * gap;
        }
        distances_[v * count_ + w] = distances_[w * count_ + v] = std::sqrt(squares);
      }
    for (std::size_t v = 0; v < count_; ++v) preranks_[v] = tree_without(v);
  }

  // Prim's algorithm. The edges are summed by length: equal sets of vectors give equal sums.
  double tree_without(std::size_t left_out) {
    constexpr double far = std::numeric_limits<double>::infinity();
    gaps_.assign(count_, far);
    joined_.assign(count_, false);
    joined_[left_out] = true;
    edges_.clear();
    std::size_t newest = left_out == 0 ? 1 : 0;
    for (std::size_t step = 2; step < count_; ++step) {
      joined_[newest] = true;
      std::size_t nearest = count_;
      for (std::size_t v = 0; v < count_; ++v) {
        if (joined_[v]) continue;
        gaps_[v] = std::min(gaps_[v], distances_[newest * count_ + v]);
        if (nearest == count_ || gaps_[v] < gaps_[nearest]) nearest = v;
      }
      edges_.push_back(gaps_[nearest]);
      newest = nearest;
    }
    std::ranges::sort(edges_);
    double length = 0.0;
    for (const double edge : edges_) length += edge;
    return length;
  }

  std::size_t count_;
  std::size_t dimension_;
  std::vector<double> values_;
  std::vector<double> preranks_;
  std::vector<double> distances_;
  std::vector<double> gaps_;  // of each vector to the tree
  std::vector<double> edges_;
  std::vector<bool> joined_;
};

}  // namespace

observation_rank_result multivariate_rank(matrix_view observations, tensor_view members, prerank prerank,
                                          const multivariate_rank_options& options, const context& ctx) {
  const checker check("multivariate_rank");
  ctx.require_backend(check.function());
  detail::check_vector_rows(check, observations, members, options.nan_policy);
  const std::size_t n = members.extent(0), m = members.extent(1), d = members.extent(2);
  observation_rank_result result{ctx.result(check.function(), dtype::float64, n), array(dtype::float64, {n})};
  constexpr std::size_t rows_per_chunk = 16;
  for_chunks(ctx, check.function(), n, rows_per_chunk, [&](chunk part) {
    vectors row(m + 1, d);
    for (std::size_t i = part.first; i < part.last; ++i) {
      double lower = k_nan, upper = k_nan;
      if (row.read(observations, members, i)) {
        const std::vector<double>& preranks = row.preranks(prerank);
        lower = upper = 0.0;
        for (std::size_t v = 1; v <= m; ++v) {
          lower += preranks[v] < preranks[0] ? 1.0 : 0.0;
          upper += preranks[v] <= preranks[0] ? 1.0 : 0.0;
        }
      }
      result.lower.values<double>()[i] = lower;
      result.upper.values<double>()[i] = upper;
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring
