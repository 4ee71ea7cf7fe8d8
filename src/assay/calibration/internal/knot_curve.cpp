#include "assay/calibration/internal/knot_curve.hpp"

#include <algorithm>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

void add_knot(knot_curve& curve, double x, double y) {
  curve.x.push_back(x);
  curve.y.push_back(y);
}

// Weighted mean of the probabilities first .. last, both included; rounding must not lead out of them.
double center_of(const std::vector<tie_group>& groups, std::size_t first, std::size_t last) {
  compensated_sum weight, sum;
  for (std::size_t i = first; i <= last; ++i) {
    weight += groups[i].weight;
    sum += groups[i].weight * groups[i].x;
  }
  return std::clamp(sum.value() / weight.value(), groups[first].x, groups[last].x);
}

void add_block(knot_curve& curve, const std::vector<tie_group>& groups, std::size_t first, std::size_t last,
               double mean, isotonic_knots knots) {
  switch (knots) {
    case isotonic_knots::ends:
      add_knot(curve, groups[first].x, mean);
      if (last > first) add_knot(curve, groups[last].x, mean);
      return;
    case isotonic_knots::centers:
      add_knot(curve, center_of(groups, first, last), mean);
      return;
    case isotonic_knots::all:
      for (std::size_t i = first; i <= last; ++i) {
        const double rank = (static_cast<double>(i) + 0.5) / static_cast<double>(groups.size());
        add_knot(curve, groups[i].x, mean + k_order_share * (rank - mean));
      }
  }
}

std::size_t knots_up_to(const std::vector<double>& x, double at) {
  return static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
}

// On the line from the knot before `above` to it.
double between(const std::vector<double>& x, const std::vector<double>& y, std::size_t above, double at) {
  const double low = x[above - 1];
  return y[above - 1] + (y[above] - y[above - 1]) * ((at - low) / (x[above] - low));
}

}  // namespace

double broken_line(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const std::size_t above = knots_up_to(x, at);
  if (above == 0) return y.front();
  return above == x.size() ? y.back() : between(x, y, above, at);
}

double knot_curve::at(double point) const {
  const std::size_t above = knots_up_to(x, point);
  if (above == 0) return y.front();
  if (step || above == x.size()) return y[above - 1];
  return std::min(between(x, y, above, point), y[above]);  // rounding must not break the order
}

std::int64_t knot_curve::distinct() const {
  std::int64_t count = y.empty() ? 0 : 1;
  for (std::size_t i = 1; i < y.size(); ++i) count += y[i] != y[i - 1] ? 1 : 0;
  return count;
}

void knot_curve::write(model_writer& out) const {
  out.numbers("x", x);
  out.numbers("y", y);
}

knot_curve knot_curve::read(model_reader& in) {
  knot_curve curve{in.numbers("x"), in.numbers("y")};
  const auto& [x, y, step] = curve;
  if (x.empty() || x.size() != y.size()) in.fail("needs as many x as y, and at least one");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool ascends = i == 0 || (x[i - 1] < x[i] && y[i - 1] <= y[i]);
    const bool inside = x[i] >= 0.0 && x[i] <= 1.0 && y[i] >= 0.0 && y[i] <= 1.0;
    if (!ascends || !inside) in.fail("holds a curve that does not ascend within [0, 1]");
  }
  return curve;
}

knot_curve isotonic_curve(const checker& check, const binary_rows& rows, isotonic_knots knots) {
  check_shapes(check, rows);
  const auto groups = sorted_rows(check, rows, zero_weights::drop).groups();
  isotonic_regression regression;
  for (const tie_group& group : groups) regression.add(group.weight, group.events);
  knot_curve curve;
  for (std::size_t j = 0; j < regression.blocks().size(); ++j) {
    const isotonic_block& block = regression.blocks()[j];
    add_block(curve, groups, block.first, regression.end(j) - 1, block.mean, knots);
  }
  return curve;
}

}  // namespace assay::inline v1::calibration::internal
