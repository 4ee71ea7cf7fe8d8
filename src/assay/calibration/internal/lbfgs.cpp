#include "assay/calibration/internal/lbfgs.hpp"

#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>

#include "assay/core/compensated_sum.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_memory = 12;
constexpr int k_most_steps = 2000;
constexpr int k_most_trials = 60;
constexpr double k_enough = 1e-18;      // promised decrease that is no longer worth a step
constexpr double k_rounding = 0x1p-50;  // of the value: differences below tell nothing

double dot(std::span<const double> a, std::span<const double> b) {
  compensated_sum sum;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum.value();
}

// A step and the change of the gradient along it.
struct curvature_pair {
  std::vector<double> step, change;
  double product;  // step . change > 0
};

struct point {
  std::vector<double> x, gradient;
  double value;
};

class search {
 public:
  search(smooth_function& function, std::vector<double> start)
      : function_(function), here_{std::move(start), {}, 0.0} {
    here_.gradient.resize(here_.x.size());
    here_.value = function_.evaluate(here_.x, here_.gradient);
  }

  lbfgs_solution run() {
    for (int i = 0; i < k_most_steps; ++i) {
      std::vector<double> direction = newton_like();
      double promise = dot(direction, here_.gradient);
      if (!(promise > 0.0) && !pairs_.empty()) {  // rounding spoiled the pairs
        pairs_.clear();
        direction = newton_like();
        promise = dot(direction, here_.gradient);
      }
      if (!(promise > k_enough)) return {here_.x, settled(direction)};
      if (!advance(direction, promise)) {
        if (pairs_.empty()) return {here_.x, promise <= 1e-12 && settled(direction)};
        pairs_.clear();
      }
      if (function_.has_no_minimum()) return {here_.x, false};
    }
    return {here_.x, false};
  }

 private:
  // Inverse Hessian, as far as the pairs know it, times gradient.
  [[nodiscard]] std::vector<double> newton_like() const {
    std::vector<double> q = here_.gradient;
    std::vector<double> shares(pairs_.size());
    for (std::size_t j = pairs_.size(); j-- > 0;) {
      shares[j] = dot(pairs_[j].step, q) / pairs_[j].product;
      for (std::size_t i = 0; i < q.size(); ++i) q[i] -= shares[j] * pairs_[j].change[i];
    }
    function_.precondition(q);
    for (double& value : q) value *= scale_;
    for (std::size_t j = 0; j < pairs_.size(); ++j) {
      const double share = shares[j] - dot(pairs_[j].change, q) / pairs_[j].product;
      for (std::size_t i = 0; i < q.size(); ++i) q[i] += share * pairs_[j].step[i];
    }
    return q;
  }

  // Goes against the direction to a point that satisfies both Wolfe conditions; false when none is found.
  bool advance(const std::vector<double>& direction, double promise) {
    double low = 0.0, high = std::numeric_limits<double>::infinity(), share = 1.0;
    const double slack = k_rounding * std::fabs(here_.value);
    point next{here_.x, std::vector<double>(here_.x.size()), 0.0};
    for (int trial = 0; trial < k_most_trials; ++trial) {
      for (std::size_t i = 0; i < next.x.size(); ++i) next.x[i] = here_.x[i] - share * direction[i];
      next.value = function_.evaluate(next.x, next.gradient);
      if (function_.has_no_minimum()) break;
      if (!(next.value <= here_.value - 1e-4 * share * promise + slack)) {
        high = share;
      } else if (dot(next.gradient, direction) > 0.9 * promise) {
        low = share;
      } else {
        break;
      }
      if (trial + 1 == k_most_trials) return false;
      share = std::isinf(high) ? 2.0 * low : low + (high - low) / 2.0;
    }
    remember(next);
    here_ = std::move(next);
    return true;
  }

  void remember(const point& next) {
    curvature_pair pair{next.x, next.gradient, 0.0};
    for (std::size_t i = 0; i < pair.step.size(); ++i) {
      pair.step[i] -= here_.x[i];
      pair.change[i] -= here_.gradient[i];
    }
    pair.product = dot(pair.step, pair.change);
    std::vector<double> scaled = pair.change;
    function_.precondition(scaled);
    const double size = dot(scaled, pair.change);
    if (!(pair.product > 0.0) || !(size > 0.0)) return;
    scale_ = pair.product / size;
    pairs_.push_back(std::move(pair));
    if (pairs_.size() > k_memory) pairs_.pop_front();
  }

  // A step that would still move a parameter by a thousandth means that the parameter runs away.
  [[nodiscard]] bool settled(const std::vector<double>& direction) const {
    for (std::size_t i = 0; i < direction.size(); ++i)
      if (!(std::fabs(direction[i]) <= 1e-3 * std::fmax(1.0, std::fabs(here_.x[i])))) return false;
    return true;
  }

  smooth_function& function_;
  point here_;
  std::deque<curvature_pair> pairs_;
  double scale_ = 1.0;
};

}  // namespace

lbfgs_solution minimise(smooth_function& function, std::vector<double> start) {
  return search(function, std::move(start)).run();
}

}  // namespace assay::inline v1::calibration::internal
