// softmax(W z + b) with many parameters. L-BFGS is preconditioned by the Hessian as if the probabilities of a
// row were independent of its logits: the mean of diag(p) - p p^T, times the mean of x x^T.
#include <algorithm>
#include <utility>

#include "assay/calibration/internal/lbfgs.hpp"
#include "assay/calibration/internal/softmax_fit.hpp"
#include "assay/core/internal/cholesky.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

using assay::internal::cholesky;

constexpr std::size_t k_chunk_rows = 8192;

// Lower triangles, sums over rows. Diagonal problems have a 2 x 2 matrix for each class and no mixture.
struct mean_products {
  double weight = 0.0;
  std::vector<double> classes;   // (K, K) diag(p) - p p^T
  std::vector<double> features;  // (f, f) x x^T, or (K, 2, 2) p (1 - p) x x^T
};

void add_row(mean_products& sums, const softmax_problem& problem, const softmax_row& row, const double* x,
             double w) {
  const std::size_t k = problem.classes, f = problem.features();
  const auto& p = row.probabilities();
  sums.weight += w;
  const auto add_square = [&](double* out, const double* own, double share) {
    for (std::size_t i = 0; i < f; ++i)
      for (std::size_t j = 0; j <= i; ++j) out[i * f + j] += share * own[i] * own[j];
  };
  if (problem.diagonal) {
    for (std::size_t a = 0; a < k; ++a)
      add_square(sums.features.data() + a * f * f, problem.of_class(x, a), w * p[a] * row.rest(a));
    return;
  }
  add_square(sums.features.data(), x, w);
  for (std::size_t a = 0; a < k; ++a) {
    const double share = w * p[a];
    double* out = sums.classes.data() + a * k;
    for (std::size_t b = 0; b < a; ++b) out[b] -= share * p[b];
    out[a] += share * row.rest(a);
  }
}

void merge(mean_products& into, const mean_products& from) {
  into.weight += from.weight;
  for (std::size_t i = 0; i < into.classes.size(); ++i) into.classes[i] += from.classes[i];
  for (std::size_t i = 0; i < into.features.size(); ++i) into.features[i] += from.features[i];
}

mean_products products_at(const context& ctx, const char* function, const softmax_problem& problem,
                          std::span<const double> parameters) {
  const std::size_t k = problem.classes, f = problem.features();
  return reduce_chunks<mean_products>(
      ctx, function, problem.rows(), k_chunk_rows,
      [&](chunk part) {
        mean_products sums;
        sums.classes.resize(problem.diagonal ? 0 : k * k);
        sums.features.resize(problem.diagonal ? k * f * f : f * f);
        softmax_row row(problem, parameters);
        for (std::size_t i = part.first; i < part.last; ++i) {
          row.compute(problem.row(i));
          add_row(sums, problem, row, problem.row(i), problem.weights[i]);
        }
        return sums;
      },
      merge);
}

class softmax_function final : public smooth_function {
 public:
  softmax_function(const context& ctx, const char* function, const softmax_problem& problem,
                   std::span<const double> start)
      : ctx_(ctx), function_(function), problem_(problem) {
    auto products = products_at(ctx, function, problem, start);
    if (problem.diagonal) {
      factor_classes(products);
    } else {
      factor_product(products);
    }
  }

  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    const auto slopes = softmax_slopes_at(ctx_, function_, problem_, x, false);
    std::copy(slopes.gradient.begin(), slopes.gradient.end(), gradient.begin());
    separated_ = slopes.separated && problem_.lambda_offdiag == 0.0 && problem_.mu_bias == 0.0;
    return slopes.objective;
  }

  [[nodiscard]] bool has_no_minimum() const override { return separated_; }

  void precondition(std::span<double> gradient) const override {
    const std::size_t k = problem_.classes, f = problem_.features();
    for (std::size_t a = 0; a < k; ++a) {
      const auto part = gradient.subspan(a * f, f);
      const auto solved = (problem_.diagonal ? factors_[a] : factors_[0]).solve(part);
      std::copy(solved.begin(), solved.end(), part.begin());
    }
    if (problem_.diagonal) return;
    std::vector<double> column(k);
    for (std::size_t j = 0; j < f; ++j) {
      for (std::size_t a = 0; a < k; ++a) column[a] = gradient[a * f + j];
      column = factors_[1].solve(column);
      for (std::size_t a = 0; a < k; ++a) gradient[a * f + j] = column[a];
    }
  }

 private:
  // Least share of the mean diagonal that a diagonal keeps: a class that is never forecast still moves.
  static constexpr double k_floor = 1e-6;

  static void lift(std::vector<double>& matrix, std::size_t size, double by) {
    for (std::size_t i = 0; i < size; ++i) matrix[i * (size + 1)] += by;
  }
  static double mean_diagonal(const std::vector<double>& matrix, std::size_t size) {
    double sum = 0.0;
    for (std::size_t i = 0; i < size; ++i) sum += matrix[i * (size + 1)];
    return sum / static_cast<double>(size);
  }

  void factor_classes(const mean_products& products) {
    for (std::size_t a = 0; a < problem_.classes; ++a) {
      const auto first = products.features.begin() + static_cast<std::ptrdiff_t>(4 * a);
      std::vector<double> block(first, first + 4);
      for (double& value : block) value /= products.weight;
      block[0] += k_floor * block[0] + 1e-12;
      block[3] += 2.0 * problem_.mu_bias + k_floor * block[3] + 1e-12;
      factors_.emplace_back(block, 2);
    }
  }

  void factor_product(mean_products& products) {
    const std::size_t k = problem_.classes, f = problem_.features();
    for (double& value : products.classes) value /= products.weight;
    for (double& value : products.features) value /= products.weight;
    const double mean = std::max(mean_diagonal(products.classes, k), 1e-12);
    // the direction that changes nothing gets the mean curvature; both terms keep it apart from the others
    for (std::size_t a = 0; a < k; ++a)
      for (std::size_t b = 0; b <= a; ++b) products.classes[a * k + b] += mean / static_cast<double>(k);
    lift(products.classes, k, k_floor * mean);
    for (std::size_t j = 0; j < f; ++j)
      products.features[j * (f + 1)] += 2.0 * (j < k ? problem_.lambda_offdiag : problem_.mu_bias) / mean;
    lift(products.features, f, 1e-12 * mean_diagonal(products.features, f));
    factors_.emplace_back(products.features, f);
    factors_.emplace_back(products.classes, k);
  }

  const context& ctx_;
  const char* function_;
  const softmax_problem& problem_;
  std::vector<cholesky> factors_;
  bool separated_ = false;
};

}  // namespace

std::vector<double> fit_softmax_by_lbfgs(const context& ctx, const char* function,
                                         const softmax_problem& problem, std::vector<double> start,
                                         bool& converged) {
  softmax_function objective(ctx, function, problem, start);
  auto solution = minimise(objective, std::move(start));
  converged = solution.converged;
  return std::move(solution.x);
}

}  // namespace assay::inline v1::calibration::internal
