#include "assay/calibration/cape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/internal/edges.hpp"
#include "assay/calibration/internal/kernel_smoothing.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/sort.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

constexpr std::size_t k_most_bins = std::size_t{1} << 24;
constexpr std::size_t k_most_direct_rows = 4096;  // with all rows as neighbours
constexpr double k_least_grid_sigma = 0x1p-20;    // below, few rows are neighbours
constexpr double k_kernel_ends = 39.0;            // standard deviations; e^(-39^2/2) rounds to 0

// Rows by ascending probability, equal ones in their own order.
struct ordered_rows {
  std::vector<std::uint32_t> order;
  std::vector<double> probabilities;
  std::vector<double> labels;
  [[nodiscard]] std::size_t size() const { return order.size(); }
};

ordered_rows ordered(const integer_view& labels, const vector_view& probabilities) {
  const assay::internal::dense<double> dense(probabilities);
  ordered_rows rows{sorted_order(std::span(dense.data(), labels.size())), {}, {}};
  for (const std::uint32_t i : rows.order) {
    rows.probabilities.push_back(dense[i]);
    rows.labels.push_back(labels(i));
  }
  return rows;
}

std::vector<double> bin_targets(const ordered_rows& rows, std::size_t bins) {
  std::vector<double> targets(rows.size());
  const std::uint64_t n = rows.size();
  for (std::uint64_t bin = 0; bin < bins; ++bin) {
    const auto first = static_cast<std::size_t>(bin * n / bins);
    const auto last = static_cast<std::size_t>((bin + 1) * n / bins);
    double events = 0.0;
    for (std::size_t i = first; i < last; ++i) events += rows.labels[i];
    for (std::size_t i = first; i < last; ++i) targets[i] = events / static_cast<double>(last - first);
  }
  return targets;
}

std::vector<double> neighbour_targets(const context& ctx, const checker& check, const ordered_rows& rows,
                                      double sigma, std::size_t window) {
  std::vector<double> targets(rows.size());
  const auto& p = rows.probabilities;
  constexpr std::size_t rows_a_chunk = 256;
  for_chunks(ctx, check.function(), rows.size(), rows_a_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      const std::size_t last = rows.size() - i > window ? i + window : rows.size();
      const auto low = p.begin() + static_cast<std::ptrdiff_t>(i > window ? i - window : 0);
      const auto at = p.begin() + static_cast<std::ptrdiff_t>(i);
      auto j = static_cast<std::size_t>(std::lower_bound(low, at, p[i] - k_kernel_ends * sigma) - p.begin());
      double sum = 0.0, events = 0.0;
      for (; j < last && p[j] - p[i] <= k_kernel_ends * sigma; ++j) {
        const double distance = (p[j] - p[i]) / sigma;
        const double kernel = vmath::exp(-0.5 * distance * distance);
        sum += kernel;
        events += kernel * rows.labels[j];
      }
      targets[i] = events / sum;
    }
  });
  return targets;
}

// All rows as neighbours: labels and ones smoothed on a grid, read off between six nodes.
std::vector<double> grid_targets(const context& ctx, const checker& check, const ordered_rows& rows,
                                 double sigma) {
  std::vector<double> targets(rows.size());
  std::vector<internal::point_mass> events, all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    events.push_back({rows.probabilities[i], rows.labels[i]});
    all.push_back({rows.probabilities[i], 1.0});
  }
  const internal::smoothing_grid grid = internal::grid_on_line(sigma);
  const internal::smoother kernel(grid);
  const auto windows = internal::windows_of(grid, all);
  for_chunks(ctx, check.function(), windows.size(), 1, [&](chunk part) {
    internal::smoothing_window window = windows[part.first];
    const auto first = static_cast<double>(window.first), last = static_cast<double>(window.last);
    window.first -= 1;  // nodes for the stencils of rows at both ends
    window.last += 2;
    const auto event_density = kernel.density(events, window), density = kernel.density(all, window);
    for (std::size_t i = window.begin; i < window.end; ++i) {
      const double x = rows.probabilities[i] * grid.scale;
      if (!(x >= first && x < last)) continue;
      const double floor = std::floor(x);
      const auto at = static_cast<std::size_t>(floor - first);  // two nodes before the row's own
      const auto weights = internal::six_point_weights(x - floor);
      double event = 0.0, sum = 0.0;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        event += weights[k] * event_density[at + k];
        sum += weights[k] * density[at + k];
      }
      targets[i] = std::clamp(event / sum, 0.0, 1.0);
    }
  });
  return targets;
}

}  // namespace

array cape_targets(integer_view labels, vector_view probabilities, const cape_targets_options& options,
                   const context& ctx) {
  const checker check("cape_targets");
  ctx.require_backend(check.function());
  const internal::binary_rows given{labels, probabilities, {}};
  internal::check_shapes(check, given);
  const std::size_t bins = internal::checked_bins(check, options.n_bins, k_most_bins);
  check.parameter(options.sigma > 0.0 && options.sigma <= std::numeric_limits<double>::max(), "sigma",
                  options.sigma, "must be finite and > 0");
  check.parameter(options.window >= 1, "window", static_cast<double>(options.window), "must be at least 1");
  internal::check_values(check, given);
  const ordered_rows rows = ordered(labels, probabilities);
  const bool everyone = static_cast<std::uint64_t>(options.window) >= rows.size();
  const std::size_t window = everyone ? rows.size() : static_cast<std::size_t>(options.window);
  const bool on_grid = everyone && rows.size() > k_most_direct_rows && options.sigma >= k_least_grid_sigma;
  const std::vector<double> targets = options.method == cape_method::bin ? bin_targets(rows, bins)
                                      : on_grid ? grid_targets(ctx, check, rows, options.sigma)
                                                : neighbour_targets(ctx, check, rows, options.sigma, window);
  array result = ctx.result(check.function(), probabilities.type(), rows.size());
  assay::internal::with_real_type(probabilities.type(), [&]<class T>(std::type_identity<T>) {
    const auto out = result.values<T>();
    for (std::size_t i = 0; i < targets.size(); ++i) out[rows.order[i]] = static_cast<T>(targets[i]);
  });
  return result;
}

// ---- loss ----

namespace {

struct loss_rows {
  vector_view targets;
  array_view logits;
  vector_view weights;

  [[nodiscard]] double weight(std::size_t i) const { return weights.present() ? weights(i) : 1.0; }
  [[nodiscard]] double log_odds(std::size_t i) const {
    return logits.rank() == 1 ? logits(i) : logits(i, 1) - logits(i, 0);
  }
};

void check_loss_rows(const checker& check, const loss_rows& rows) {
  check.not_empty(rows.targets, "targets");
  check.not_empty(rows.logits, "logits");
  check.same_rows(rows.targets, "targets", rows.logits, "logits");
  if (rows.logits.rank() > 2 || (rows.logits.rank() == 2 && rows.logits.extent(1) != 2)) {
    check.fail_shape(error_code::wrong_rank, "logits",
                     "have shape " + shape_text(rows.logits) + ", must be (n) or (n, 2)");
  }
  if (rows.weights.present()) {
    check.not_empty(rows.weights, "weights");
    check.same_rows(rows.targets, "targets", rows.weights, "weights");
  }
  check.probabilities(rows.targets, "targets");
  check.finite(rows.logits, "logits");
  if (rows.weights.present()) check.weights(rows.weights, "weights");
  for (std::size_t i = 0; i < rows.targets.size(); ++i) {
    if (std::isfinite(rows.log_odds(i))) continue;
    check.fail_value(error_code::non_finite, "logits",
                     "[" + std::to_string(i) + "] have a difference beyond all doubles");
  }
}

struct loss_sum {
  compensated_sum loss, weight;
};

loss_sum sum_of(const context& ctx, const checker& check, const loss_rows& rows) {
  const auto add = [&](chunk part) {
    loss_sum sums;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double t = rows.targets(i), z = rows.log_odds(i);
      // t softplus(-z) + (1 - t) softplus(z): both terms are positive
      sums.loss += rows.weight(i) * (t * vmath::softplus(-z) + (1.0 - t) * vmath::softplus(z));
      sums.weight += rows.weight(i);
    }
    return sums;
  };
  const auto merge = [](loss_sum& into, const loss_sum& from) {
    into.loss.merge(from.loss);
    into.weight.merge(from.weight);
  };
  return reduce_chunks<loss_sum>(ctx, check.function(), rows.targets.size(), internal::k_chunk_rows, add,
                                 merge);
}

}  // namespace

cape_loss_result cape_loss(vector_view targets, array_view logits, const cape_loss_options& options,
                           const context& ctx) {
  const checker check("cape_loss");
  ctx.require_backend(check.function());
  const loss_rows rows{targets, logits, options.weights};
  check_loss_rows(check, rows);
  const loss_sum sums = sum_of(ctx, check, rows);
  const double weight = sums.weight.value();
  const dtype type = assay::internal::common_real_type(logits);
  cape_loss_result result{sums.loss.value() / weight,
                          ctx.result(check.function(), type, logits.rank(), logits.extents())};
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.grad.values<T>().data();
    for_chunks(ctx, check.function(), targets.size(), internal::k_chunk_rows, [&](chunk part) {
      for (std::size_t i = part.first; i < part.last; ++i) {
        // logistic(z) - t without the rounding of 1 where z is large
        const double t = targets(i), z = rows.log_odds(i);
        const double miss = z > 0.0 ? (1.0 - t) - vmath::logistic(-z) : vmath::logistic(z) - t;
        const double slope = rows.weight(i) / weight * miss;
        if (logits.rank() == 1) {
          out[i] = static_cast<T>(slope);
        } else {
          out[2 * i] = static_cast<T>(-slope);
          out[2 * i + 1] = static_cast<T>(slope);
        }
      }
    });
  });
  return result;
}

}  // namespace assay::inline v1::calibration
