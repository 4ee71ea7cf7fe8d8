#include "assay/calibration/roc.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "assay/calibration/internal/ranking.hpp"
#include "assay/calibration/internal/sorted_metrics.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/sort.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::roc;
using internal::roc_point;

// Area under the part of the curve with a false positive rate up to `most`, standardised (McClish 1989).
double partial_area(const roc& curve, double most) {
  compensated_sum area;
  for (std::size_t k = 1; k < curve.points.size(); ++k) {
    const double x0 = curve.points[k - 1].false_positives / curve.negatives;
    const double x1 = curve.points[k].false_positives / curve.negatives;
    const double y0 = curve.points[k - 1].true_positives / curve.positives;
    const double y1 = curve.points[k].true_positives / curve.positives;
    if (x1 <= most) {
      area += (x1 - x0) * (y0 + y1) / 2.0;
      continue;
    }
    const double y = y0 + (y1 - y0) * ((most - x0) / (x1 - x0));
    area += (most - x0) * (y0 + y) / 2.0;
    break;
  }
  const double chance = 0.5 * most * most;
  return 0.5 * (1.0 + (area.value() - chance) / (most - chance));
}

// (false positive rate - false negative rate) times positives times negatives: exact for whole weights,
// ascending. The totals are the last point's.
double imbalance(const roc_point& totals, const roc_point& point) {
  return point.false_positives * totals.true_positives -
         (totals.true_positives - point.true_positives) * totals.false_positives;
}

// Takes the points by falling threshold and keeps the two around the place where the rates are equal.
class crossing {
 public:
  explicit crossing(const roc_point& totals) : totals_(totals) {}

  void add(const roc_point& point) {
    if (crossed_) return;
    before_ = after_;
    after_ = point;
    crossed_ = imbalance(totals_, point) >= 0.0;
  }

  [[nodiscard]] eer_point_result value() const {
    const double low = imbalance(totals_, before_);
    const double share = -low / (imbalance(totals_, after_) - low);
    const double positives =
        before_.false_positives + share * (after_.false_positives - before_.false_positives);
    const bool between = share < 1.0 && std::isfinite(before_.threshold);
    const double threshold =
        between ? before_.threshold + share * (after_.threshold - before_.threshold) : after_.threshold;
    return {positives / totals_.false_positives, threshold};
  }

 private:
  roc_point totals_;
  roc_point before_{};
  roc_point after_{0.0, 0.0, std::numeric_limits<double>::infinity()};
  bool crossed_ = false;
};

eer_point_result nearest(const roc& curve) {
  const roc_point& totals = curve.points.back();
  const roc_point* best = &curve.points.front();
  for (const roc_point& point : curve.points)
    if (std::fabs(imbalance(totals, point)) < std::fabs(imbalance(totals, *best))) best = &point;
  const double false_positive_rate = best->false_positives / curve.negatives;
  const double false_negative_rate = (curve.positives - best->true_positives) / curve.positives;
  return {(false_positive_rate + false_negative_rate) / 2.0, best->threshold};
}

eer_point_result hull_crossing(const roc& hull) {
  crossing found(hull.points.back());
  for (std::size_t k = 1; k < hull.points.size(); ++k) found.add(hull.points[k]);
  return found.value();
}

// The upper convex hull, by Andrew's chain: a point goes when it lies on or below the line from the one
// before to the next.
roc upper_hull(const roc& curve) {
  roc hull{{}, curve.positives, curve.negatives};
  for (const roc_point& next : curve.points) {
    while (hull.points.size() >= 2) {
      const roc_point& a = hull.points[hull.points.size() - 2];
      const roc_point& b = hull.points.back();
      const double turn = (b.false_positives - a.false_positives) * (next.true_positives - a.true_positives) -
                          (b.true_positives - a.true_positives) * (next.false_positives - a.false_positives);
      if (turn < 0.0) break;
      hull.points.pop_back();
    }
    hull.points.push_back(next);
  }
  return hull;
}

eer_point_result equal_error(const checker& check, const internal::sorted_rows& rows, eer_method method) {
  if (method == eer_method::interpolated) return internal::eer_point(check, rows);
  const roc curve = internal::roc_of(rows);
  internal::check_classes(check, curve.positives, curve.negatives);
  return method == eer_method::nearest ? nearest(curve) : hull_crossing(upper_hull(curve));
}

// Frames by utterance: [starts[s], starts[s + 1]) of `order` are those of one.
struct segment_frames {
  std::vector<std::uint32_t> order;
  std::vector<std::size_t> starts;
};

segment_frames frames_of(const integer_view& segments) {
  const assay::internal::dense<double> ids(segments);
  segment_frames frames{sorted_order(std::span(ids.data(), segments.size())), {0}};
  for (std::size_t i = 1; i < frames.order.size(); ++i)
    if (ids[frames.order[i]] != ids[frames.order[i - 1]]) frames.starts.push_back(i);
  frames.starts.push_back(frames.order.size());
  return frames;
}

// Weights that make every utterance weigh 1; counts the utterances that weigh anything.
std::vector<double> segment_weights(const checker& check, const segment_frames& frames,
                                    const vector_view& weights, std::int64_t& n_segments) {
  const auto weight = [&](std::size_t i) { return weights.present() ? weights(i) : 1.0; };
  std::vector<double> shares(frames.order.size());
  for (std::size_t s = 0; s + 1 < frames.starts.size(); ++s) {
    compensated_sum sum;
    for (std::size_t k = frames.starts[s]; k < frames.starts[s + 1]; ++k) sum += weight(frames.order[k]);
    if (!std::isfinite(sum.value()))
      check.fail_value(error_code::bad_weight, "weights", "sum to Infinity, need a finite sum");
    if (sum.value() == 0.0) continue;
    ++n_segments;
    for (std::size_t k = frames.starts[s]; k < frames.starts[s + 1]; ++k)
      shares[frames.order[k]] = weight(frames.order[k]) / sum.value();
  }
  return shares;
}

}  // namespace

double roc_auc(integer_view labels, vector_view probabilities, const roc_auc_options& options,
               const context& ctx) {
  const checker check("roc_auc");
  const double most = options.max_fpr.value_or(1.0);
  check.range(most > 0.0 && most <= 1.0, "max_fpr", most, "must lie in (0, 1]");
  const auto rows = internal::ranked(ctx, check, {labels, probabilities, options.weights});
  if (most < 1.0) {
    const roc curve = internal::roc_of(rows);
    internal::check_classes(check, curve.positives, curve.negatives);
    return partial_area(curve, most);
  }
  return internal::roc_auc(check, rows);
}

double internal::roc_auc(const checker& check, const sorted_rows& rows) {
  const auto area = area_of(rows);
  check_classes(check, area.positives, area.negatives);
  return area.value();
}

double eer(integer_view labels, vector_view probabilities, const eer_options& options, const context& ctx) {
  const checker check("eer");
  return equal_error(check, internal::ranked(ctx, check, {labels, probabilities, options.weights}),
                     options.method)
      .eer;
}

eer_point_result eer_point(integer_view labels, vector_view probabilities, const eer_options& options,
                           const context& ctx) {
  const checker check("eer_point");
  return equal_error(check, internal::ranked(ctx, check, {labels, probabilities, options.weights}),
                     options.method);
}

// One walk for the totals, one up to where the rates cross: no curve is stored.
eer_point_result internal::eer_point(const checker& check, const sorted_rows& rows) {
  roc_point totals{};
  for_roc_points(rows, [&](const roc_point& point) { totals = point; });
  check_classes(check, totals.true_positives, totals.false_positives);
  crossing found(totals);
  for_roc_points(rows, [&](const roc_point& point) { found.add(point); });
  return found.value();
}

segment_eer_result segment_eer(integer_view labels, vector_view probabilities, integer_view segments,
                               const segment_eer_options& options, const context& ctx) {
  const checker check("segment_eer");
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check.not_empty(segments, "segments");
  check.same_rows(labels, "labels", segments, "segments");
  internal::check_values(check, rows);
  const segment_frames frames = frames_of(segments);
  segment_eer_result result{};
  const auto weights = segment_weights(check, frames, options.weights, result.n_segments);
  const bool alike = options.average == segment_average::segments;
  const vector_view chosen = alike ? vector_view(weights) : options.weights;
  const auto sorted = internal::ranked(ctx, check, {labels, probabilities, chosen});
  const auto point = equal_error(check, sorted, options.method);
  result.eer = point.eer;
  result.threshold = point.threshold;
  return result;
}

}  // namespace assay::inline v1::calibration
