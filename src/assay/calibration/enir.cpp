#include "assay/calibration/enir.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "assay/calibration/internal/counted_groups.hpp"
#include "assay/calibration/internal/knot_curve.hpp"
#include "assay/calibration/internal/model_json.hpp"
#include "assay/calibration/internal/model_shares.hpp"
#include "assay/calibration/internal/near_isotonic.hpp"
#include "assay/calibration/internal/point_map.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::near_isotonic_block;
using internal::near_isotonic_path;

constexpr const char* k_kind = "enir";
constexpr double k_infinity = std::numeric_limits<double>::infinity();
// A share is left out below 2^-53 = e^-36.7; the bounds on scores are rounded, relative to their size too.
constexpr double k_negligible = 38.0, k_rounded = 1e-9;
constexpr std::size_t k_chunk_fits = 64;

// The value of a block with events and others lies between 0 and 1, but for rounding.
double log_likelihood(const near_isotonic_block& block, double value) {
  const double others = block.weight - block.events;
  double sum = 0.0;
  if (block.events > 0.0) sum += block.events * vmath::log(std::max(value, 0x1p-1000));
  if (others > 0.0) sum += others * vmath::log1p(-std::min(value, 1.0 - 0x1p-53));
  return sum;
}

// Half of what the criterion asks for the blocks.
double penalty(enir_criterion criterion, double blocks, double rows) {
  if (criterion == enir_criterion::bic) return 0.5 * blocks * vmath::log(std::max(rows, 1.0));
  if (criterion == enir_criterion::aic) return blocks;
  const double rest = rows - blocks - 1.0;
  return rest > 0.0 ? blocks + blocks * (blocks + 1.0) / rest : k_infinity;
}

// Scores are -criterion/2.
class scored_path {
 public:
  scored_path(const context& ctx, const char* function, const near_isotonic_path& path, double rows,
              enir_criterion criterion)
      : ctx_(ctx), function_(function), path_(path), counts_(path.counts()) {
    for (const double count : counts_) penalties_.push_back(penalty(criterion, count, rows));
    find_bounds(rows);
  }

  // Numbers of the solutions whose scores may matter, ascending.
  [[nodiscard]] std::vector<std::size_t> candidates() const {
    if (bounds_.back() == -k_infinity) return {};
    const std::size_t first = path_.solutions() > 1 ? 1 : 0;
    const auto begin = bounds_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto most = static_cast<std::size_t>(std::max_element(begin, bounds_.end()) - bounds_.begin());
    const double best = std::max(bounds_.back(), scores({most}).front());
    std::vector<std::size_t> result;
    for (std::size_t i = first; i < bounds_.size(); ++i)
      if (bounds_[i] >= best - k_negligible - k_rounded * std::fabs(best)) result.push_back(i);
    return result;
  }

  [[nodiscard]] std::vector<double> scores(const std::vector<std::size_t>& solutions) const {
    std::vector<double> result(solutions.size());
    for_chunks(ctx_, function_, solutions.size(), k_chunk_fits,
               [&](chunk part) { add_scores(solutions, part, result); });
    return result;
  }

  [[nodiscard]] enir_fit fit(std::size_t solution, double weight) const {
    return {path_.lambdas[solution], static_cast<std::int64_t>(counts_[solution]), weight};
  }

 private:
  // Upper bounds of the scores, for O(1) a merger: a block with the mean m and the value v has W KL(m, v)
  // less log-likelihood than at its mean, which by Pinsker's inequality is at least 2 W (m - v)^2 = 2 (slope
  // lambda)^2/W, left aside for the smallest blocks, where it would drown the others. That of the last
  // solution is its score.
  void find_bounds(double rows) {
    struct change {
      compensated_sum likelihood, bends;
    };
    std::vector<change> changes(path_.solutions() + 1);
    for (const near_isotonic_block& block : path_.blocks) {
      const double likelihood = log_likelihood(block, block.events / block.weight);
      const bool small = block.weight < 1e-9 * rows;
      const double bend = small ? 0.0 : 2.0 * block.slope * block.slope / block.weight;
      changes[block.born].likelihood += likelihood;
      changes[block.merged].likelihood += -likelihood;
      changes[block.born].bends += bend;
      changes[block.merged].bends += -bend;
    }
    change sum;
    for (std::size_t i = 0; i < path_.solutions(); ++i) {
      sum.likelihood.merge(changes[i].likelihood);
      sum.bends.merge(changes[i].bends);
      const double lambda = path_.lambdas[i];
      bounds_.push_back(sum.likelihood.value() - sum.bends.value() * lambda * lambda - penalties_[i]);
    }
  }

  void add_scores(const std::vector<std::size_t>& solutions, const chunk& part,
                  std::vector<double>& result) const {
    const auto begin = solutions.begin() + static_cast<std::ptrdiff_t>(part.first);
    const auto end = solutions.begin() + static_cast<std::ptrdiff_t>(part.last);
    std::vector<compensated_sum> sums(part.size());
    for (const near_isotonic_block& block : path_.blocks) {
      auto at = std::lower_bound(begin, end, block.born);
      for (; at != end && *at < block.merged; ++at)
        sums[static_cast<std::size_t>(at - begin)] += log_likelihood(block, block.value(path_.lambdas[*at]));
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
      result[part.first + i] = sums[i].value() - penalties_[solutions[part.first + i]];
  }

  const context& ctx_;
  const char* function_;
  const near_isotonic_path& path_;
  std::vector<double> counts_, penalties_, bounds_;
};

struct ensemble {
  std::vector<double> x, y;
  std::vector<enir_fit> fits;
};

// Mean value of each group over the fits. A block adds what it is worth in all fits that have it, and every
// group below it in the forest takes that.
std::vector<double> averaged(const near_isotonic_path& path, const std::vector<internal::model_share>& shares,
                             std::size_t groups) {
  std::vector<double> sums(path.blocks.size());
  for (std::size_t i = sums.size(); i-- > 0;) {
    const near_isotonic_block& block = path.blocks[i];
    auto at =
        std::lower_bound(shares.begin(), shares.end(), block.born,
                         [](const auto& share, std::size_t solution) { return share.model < solution; });
    for (; at != shares.end() && at->model < block.merged; ++at)
      sums[i] += at->weight * block.value(path.lambdas[at->model]);
    if (block.parent != i) sums[i] += sums[block.parent];
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < path.blocks.size() && path.blocks[i].born == 0; ++i) {
    const bool last = i + 1 == path.blocks.size() || path.blocks[i + 1].born > 0;
    values.resize(last ? groups : path.blocks[i + 1].first, std::min(sums[i], 1.0));  // rounded weights
  }
  return values;
}

ensemble fitted(const context& ctx, const checker& check, const internal::binary_rows& rows,
                enir_criterion criterion) {
  ctx.require_backend(check.function());
  const auto counted = internal::count_rows(check, rows);
  const auto path = internal::near_isotonic(counted.groups);
  const scored_path scored(ctx, check.function(), path, counted.total, criterion);
  const auto solutions = scored.candidates();
  std::vector<internal::model_share> shares = {{path.solutions() - 1, 1.0}};  // where all are left out
  if (!solutions.empty()) {
    shares = internal::model_shares(scored.scores(solutions));
    for (auto& share : shares) share.model = solutions[share.model];
  }
  ensemble result;
  for (const auto& share : shares) result.fits.push_back(scored.fit(share.model, share.weight));
  const auto values = averaged(path, shares, counted.groups.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool inside =
        i > 0 && i + 1 < values.size() && values[i - 1] == values[i] && values[i] == values[i + 1];
    if (inside) continue;  // of a flat piece
    result.x.push_back(counted.groups[i].x);
    result.y.push_back(values[i]);
  }
  return result;
}

array mapped(const context& ctx, const checker& check, const array_view& points, const char* name,
             const std::vector<double>& x, const std::vector<double>& y) {
  return internal::map_points(ctx, check, points, name, internal::point_domain::probabilities,
                              [&](double p) { return std::clamp(internal::broken_line(x, y, p), 0.0, 1.0); });
}

}  // namespace

enir_model enir_model::fit(integer_view labels, vector_view probabilities, const enir_options& options,
                           const context& ctx) {
  ensemble fit =
      fitted(ctx, checker("enir_model::fit"), {labels, probabilities, options.weights}, options.criterion);
  enir_model model;
  model.x_ = std::move(fit.x);
  model.y_ = std::move(fit.y);
  model.fits_ = std::move(fit.fits);
  return model;
}

array enir_model::transform(array_view probabilities) const {
  return mapped(context{}, checker("enir_model::transform"), probabilities, "probabilities", x_, y_);
}

enir_parameters enir_model::parameters() const { return {array(x_), array(y_), fits_}; }

std::string enir_model::to_json() const {
  internal::model_writer out(k_kind);
  out.numbers("x", x_);
  out.numbers("y", y_);
  std::vector<double> lambdas;
  internal::stored_shares shares;
  for (const enir_fit& fit : fits_) {
    lambdas.push_back(fit.lambda);
    shares.sizes.push_back(static_cast<double>(fit.n_blocks));
    shares.weights.push_back(fit.weight);
  }
  out.numbers("lambdas", lambdas);
  shares.write(out, "n_blocks");
  return out.finish();
}

enir_model enir_model::from_json(std::string_view json) {
  internal::model_reader in(json, "enir_model::from_json", k_kind);
  enir_model model;
  model.x_ = in.numbers("x");
  model.y_ = in.numbers("y");
  const auto &x = model.x_, &y = model.y_;
  if (x.empty() || x.size() != y.size()) in.fail("needs as many x as y, and at least one");
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] >= 0.0 && x[i] <= 1.0) || (i > 0 && !(x[i - 1] < x[i])))
      in.fail("holds x that do not ascend within [0, 1]");
    if (!(y[i] >= 0.0 && y[i] <= 1.0)) in.fail("holds a value outside [0, 1]");
  }
  const auto lambdas = in.numbers("lambdas");
  const auto shares = internal::stored_shares::read(in, "n_blocks");
  if (lambdas.size() != shares.weights.size()) in.fail("needs as many lambdas as weights");
  for (std::size_t i = 0; i < lambdas.size(); ++i) {
    if (!(lambdas[i] >= 0.0 && lambdas[i] < k_infinity))
      in.fail("holds a lambda that is negative or infinite");
    model.fits_.push_back({lambdas[i], static_cast<std::int64_t>(shares.sizes[i]), shares.weights[i]});
  }
  return model;
}

enir_result enir(integer_view labels, vector_view probabilities, vector_view query,
                 const enir_options& options, const context& ctx) {
  const checker check("enir");
  check.not_empty(query, "query");
  ensemble fit = fitted(ctx, check, {labels, probabilities, options.weights}, options.criterion);
  return {mapped(ctx, check, query, "query", fit.x, fit.y), std::move(fit.fits)};
}

}  // namespace assay::inline v1::calibration
