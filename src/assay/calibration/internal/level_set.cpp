#include "assay/calibration/internal/level_set.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/internal/cholesky.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

using assay::internal::cholesky;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
// Log-odds beyond which a probability is 0 or 1 even as a subnormal number: e^-746 rounds to 0.
constexpr double k_certain = 800.0;
constexpr std::size_t k_block = 256;  // rows whose margins lie in the first cache together

}  // namespace

// ---- loss ----

namespace {

// Sum of log(1 + e) over e in [0, 1] by one logarithm for many: the product of 500 such factors is below
// 2^500, and its rounding error of 500 half ulps is that of adding as many numbers.
class log_product {
 public:
  void add(double e) {
    product_ *= 1.0 + e;
    if (++count_ == 500) flush();
  }
  double value() {
    flush();
    return sum_.value();
  }

 private:
  void flush() {
    sum_ += vmath::log(product_);
    product_ = 1.0;
    count_ = 0;
  }
  compensated_sum sum_;
  double product_ = 1.0;
  int count_ = 0;
};

// What a block of rows adds to the derivatives.
struct row_slopes {
  std::array<double, k_block> slope;      // of the loss by the margin, times the weight
  std::array<double, k_block> curvature;  // second derivative, times the weight
};

// Sums in four strands, in one order on every machine.
double weighted_product(const double* x, const double* a, const double* b, std::size_t count) {
  double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 += x[i] * a[i] * b[i];
    s1 += x[i + 1] * a[i + 1] * b[i + 1];
    s2 += x[i + 2] * a[i + 2] * b[i + 2];
    s3 += x[i + 3] * a[i + 3] * b[i + 3];
  }
  for (; i < count; ++i) s0 += x[i] * a[i] * b[i];
  return (s0 + s1) + (s2 + s3);
}

double plain_product(const double* x, const double* a, std::size_t count) {
  double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 += x[i] * a[i];
    s1 += x[i + 1] * a[i + 1];
    s2 += x[i + 2] * a[i + 2];
    s3 += x[i + 3] * a[i + 3];
  }
  for (; i < count; ++i) s0 += x[i] * a[i];
  return (s0 + s1) + (s2 + s3);
}

}  // namespace

local_loss level_set::at(std::span<const double> u) const {
  const std::size_t k = u.size(), n = design_.rows();
  local_loss result{0.0, std::vector<double>(k), std::vector<double>(k * k)};
  log_product logarithms;
  compensated_sum loss;
  std::array<double, k_block> margins;
  row_slopes rows;
  for (std::size_t first = 0; first < n; first += k_block) {
    const std::size_t count = std::min(k_block, n - first);
    margins.fill(0.0);
    for (std::size_t j = 0; j < k; ++j) {
      const double* column = signed_columns_.data() + j * n + first;
      for (std::size_t i = 0; i < count; ++i) margins[i] += column[i] * u[j];
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double margin = margins[i], w = weights_[first + i];
      const double e = vmath::exp(-std::fabs(margin));
      const double larger = 1.0 / (1.0 + e), smaller = e * larger;
      if (weighted_) {
        loss += w * (std::fmax(-margin, 0.0) + vmath::log1p(e));
      } else {
        logarithms.add(e);
        if (margin < 0.0) loss += -margin;
      }
      rows.slope[i] = -w * (margin > 0.0 ? smaller : larger);
      rows.curvature[i] = w * larger * smaller;
    }
    for (std::size_t a = 0; a < k; ++a) {
      const double* x = signed_columns_.data() + a * n + first;
      result.gradient[a] += plain_product(x, rows.slope.data(), count);
      for (std::size_t b = 0; b <= a; ++b)
        result.hessian[a * k + b] +=
            weighted_product(x, signed_columns_.data() + b * n + first, rows.curvature.data(), count);
    }
  }
  result.loss = weighted_ ? loss.value() : (loss.value() + logarithms.value()) / static_cast<double>(n);
  return result;
}

double level_set::loss_at(std::span<const double> u) const { return at(u).loss; }

// ---- set-up ----

level_set::level_set(const context& ctx, const checker& check, const standard_design& design,
                     const erm_fit& baseline, double threshold)
    : design_(design),
      function_(check.function()),
      signed_columns_(design.values().size()),
      weights_(design.rows(), 1.0 / static_cast<double>(design.rows())),
      gram_(gram_of(design)),
      weighted_(!design.weights().empty()),
      threshold_(threshold),
      baseline_(baseline.coefficients) {
  const std::size_t n = design.rows(), k = design.columns();
  quiet_.stop = ctx.stop;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j)
      signed_columns_[j * n + i] = design.targets()[i] == 1.0 ? design.row(i)[j] : -design.row(i)[j];
  if (weighted_) {
    compensated_sum total;
    for (const double w : design.weights()) total += w;
    for (std::size_t i = 0; i < n; ++i) weights_[i] = design.weights()[i] / total.value();
  }
  rank_ = rank_of(gram_, k);
  free_minimum minimum = find_free_minimum(ctx, check, design, baseline_);
  start_ = minimum.exists ? std::move(minimum.point) : baseline_;
  separation_ = std::move(minimum.separation);
  at_start_ = at(start_);
  // Rounding must not expel the baseline.
  threshold_ = std::fmax(threshold_, loss_at(baseline_));
}

// Directions that no row has a part of: the loss does not change along them.
bool level_set::spanned(std::span<const double> direction) const {
  const std::size_t k = direction.size();
  if (rank_ == k) return true;
  const auto solved = cholesky(gram_, k).solve(direction);
  double residual = 0.0, size = 0.0;
  for (std::size_t a = 0; a < k; ++a) {
    residual = std::fmax(residual, std::fabs(direction[a] - dot({gram_.data() + a * k, k}, solved)));
    size = std::fmax(size, std::fabs(direction[a]));
  }
  constexpr double rounding = 1e-8;  // half of the digits: the gram matrix has the squares of the design
  return residual <= rounding * size;
}

std::vector<double> level_set::member_near(std::vector<double> point) const {
  for (double share = 0x1p-50; loss_at(point) > threshold_; share *= 4.0) {
    if (share > 1.0) return baseline_;
    for (std::size_t j = 0; j < point.size(); ++j) point[j] += share * (baseline_[j] - point[j]);
  }
  return point;
}

// ---- reach ----

// The loss is replaced by its second-order model at a point; the farthest point of the model's level set has
// a closed form and is the next point. Where that comes to rest the gradient is along the direction and the
// loss at the threshold: since both are convex, that is the maximum. Each step squares the error of the
// point, and what a.u loses by it is of third order in the step.
bool level_set::reach_by_models(std::span<const double> a, farthest& found) const {
  constexpr int most_steps = 25;
  constexpr double small_step = 1e-9;  // squared, against the size of the set
  constexpr double small_miss = 1e-3;  // of the loss, against its room: the last step mends it
  const double gap = threshold_ - at_start_.loss;
  const double noise = 16.0 * std::numeric_limits<double>::epsilon() * std::fmax(1.0, threshold_);
  std::vector<double> u = start_;
  local_loss local = at_start_;
  for (int step = 0; step < most_steps; ++step) {
    const cholesky factor(local.hessian, u.size());
    if (!factor.full_rank() && rank_of(local.hessian, u.size()) < rank_) return false;
    const auto p = factor.solve(a), q = factor.solve(local.gradient);
    const double along_direction = dot(a, p), fall = dot(local.gradient, q);
    const double room = 2.0 * (threshold_ - local.loss) + fall;  // squared radius of the model's level set
    if (!(along_direction > 0.0) || !(room >= 0.0)) return false;
    const double multiplier = std::sqrt(room / along_direction);
    const double size = room - 2.0 * multiplier * dot(a, q) + fall;  // squared length of the step
    for (std::size_t j = 0; j < u.size(); ++j) u[j] += multiplier * p[j] - q[j];
    if (size <= small_step * room || size * room <= noise * noise) {
      // Far outside the model may be too flat to tell the threshold from the loss: that is no rest.
      if (step > 0 && std::fabs(threshold_ - local.loss) > small_miss * gap + noise) return false;
      found = {dot(a, u), std::move(u)};
      return std::isfinite(found.reach);
    }
    local = at(u);
    if (!std::isfinite(local.loss)) return false;
  }
  return false;
}

farthest level_set::reach(std::span<const double> direction) const {
  farthest found;
  if (!spanned(direction)) return {k_infinity, baseline_};
  if (!separation_.empty()) {
    const double slope = dot(direction, separation_);
    if (slope > 0.0) {
      found.reach = k_infinity;
      found.point = baseline_;
      for (std::size_t j = 0; j < found.point.size(); ++j)
        found.point[j] += k_certain / slope * separation_[j];
      return found;
    }
  }
  if (threshold_ <= at_start_.loss) return {dot(direction, start_), start_};
  if (reach_by_models(direction, found)) return found;
  return reach_by_slices(direction);
}

// ---- slices ----

namespace {

// Rows seen from a direction a: with u_j = (t - sum_l a_l u_l)/a_j, where |a_j| is the largest, the models of
// one a.u = t are those of the other coefficients with an offset.
class slice {
 public:
  slice(const standard_design& design, std::span<const double> a)
      : design_(design),
        direction_(a.begin(), a.end()),
        predictors_(design.rows() * (a.size() - 1)),
        slope_(design.rows()),
        offset_(design.rows()) {
    for (std::size_t j = 0; j < a.size(); ++j)
      if (std::fabs(a[j]) > std::fabs(a[pivot_])) pivot_ = j;
    double* out = predictors_.data();
    for (std::size_t i = 0; i < design.rows(); ++i) {
      const auto row = design.row(i);
      slope_[i] = row[pivot_] / a[pivot_];
      for (std::size_t l = 0; l < a.size(); ++l)
        if (l != pivot_) *out++ = row[l] - slope_[i] * a[l];
    }
  }

  // Least loss where a.u = t; the search starts from where the last one ended.
  double loss(const context& ctx, const char* function, double t) {
    for (std::size_t i = 0; i < offset_.size(); ++i) offset_[i] = t * slope_[i];
    const logistic_problem problem{
        predictors_, direction_.size() - 1, design_.targets(), design_.weights(), offset_, {}};
    solution_ = fit_logistic(ctx, function, problem, std::move(solution_.coefficients));
    t_ = t;
    return solution_.slopes.log_loss;
  }

  // Derivative of that loss by t.
  [[nodiscard]] double slope() const {
    compensated_sum sum, total;
    const std::size_t columns = direction_.size() - 1;
    for (std::size_t i = 0; i < offset_.size(); ++i) {
      const double w = design_.weights().empty() ? 1.0 : design_.weights()[i];
      const double eta =
          offset_[i] + dot({predictors_.data() + i * columns, columns}, solution_.coefficients);
      sum += w * slope_[i] * (vmath::logistic(eta) - design_.targets()[i]);
      total += w;
    }
    return sum.value() / total.value();
  }

  [[nodiscard]] std::vector<double> point() const {
    std::vector<double> u(direction_.size());
    double rest = t_;
    for (std::size_t j = 0, l = 0; j < u.size(); ++j) {
      if (j == pivot_) continue;
      u[j] = solution_.coefficients[l++];
      rest -= direction_[j] * u[j];
    }
    u[pivot_] = rest / direction_[pivot_];
    return u;
  }

 private:
  const standard_design& design_;
  std::vector<double> direction_;
  std::vector<double> predictors_;  // (n, k - 1)
  std::vector<double> slope_;       // (n) derivative of a row's log-odds by t
  std::vector<double> offset_;      // (n)
  logistic_solution solution_;
  std::size_t pivot_ = 0;
  double t_ = 0.0;
};

}  // namespace

// The least loss on a slice is convex in t. To the right of its crossing of the threshold a tangent crosses
// right of the curve, a chord left of it: both ends close in.
farthest level_set::reach_by_slices(std::span<const double> direction) const {
  slice models(design_, direction);
  double low = dot(direction, baseline_);
  farthest best{low, baseline_};
  const double begin = low;
  double low_loss = models.loss(quiet_, function_, low);
  double high = low, high_loss = low_loss, slope = 0.0;
  for (double step = 1.0; high_loss <= threshold_; step *= 2.0) {
    low = high;
    low_loss = high_loss;
    if (low >= begin + k_certain && low >= k_certain) return {k_infinity, models.point()};
    best = {low, models.point()};
    high = low + step;
    high_loss = models.loss(quiet_, function_, high);
    slope = models.slope();
  }
  constexpr int most_rounds = 100;
  for (int round = 0; round < most_rounds; ++round) {
    const double tolerance = 1e-14 * std::fmax(1.0, std::fabs(high));
    if (high - low <= tolerance) break;
    const double chord = low + (high - low) * ((threshold_ - low_loss) / (high_loss - low_loss));
    const double tangent = high - (high_loss - threshold_) / slope;
    const bool by_tangent = round % 2 == 0;
    double t = by_tangent ? tangent : chord;
    if (round % 8 == 7 || !(t > low && t < high)) t = low + 0.5 * (high - low);
    if (!(t > low && t < high)) break;
    const double loss = models.loss(quiet_, function_, t);
    if (loss <= threshold_) {
      low = t;
      low_loss = loss;
      best = {t, models.point()};
    } else {
      high = t;
      high_loss = loss;
      slope = models.slope();
    }
  }
  return best;
}

}  // namespace assay::inline v1::calibration::internal
