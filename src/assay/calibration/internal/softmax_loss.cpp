#include "assay/calibration/internal/softmax_loss.hpp"

#include <algorithm>
#include <utility>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_chunk_rows = 8192;

// Sums over rows. Block (a, b), a >= b, of the Hessian is sum h_ab x x^T: packed lower triangles of x x^T
// where all classes see the same x, else the 2 x 2 products.
struct row_sums {
  compensated_sum weight, loss;
  std::vector<double> gradient, blocks;
  bool separated = true;
};

std::size_t block_size(const softmax_problem& problem) {
  const std::size_t f = problem.features();
  return problem.diagonal ? f * f : f * (f + 1) / 2;
}

// x x^T, or x y^T of two classes of a diagonal matrix.
void outer_product(const softmax_problem& problem, const double* x, const double* y, double* out) {
  const std::size_t f = problem.features();
  for (std::size_t i = 0; i < f; ++i)
    for (std::size_t j = 0; j < (problem.diagonal ? f : i + 1); ++j) *out++ = x[i] * y[j];
}

void add_hessian(row_sums& sums, const softmax_problem& problem, const softmax_row& row, const double* x,
                 double w, std::vector<double>& outer) {
  const auto& p = row.probabilities();
  const std::size_t size = outer.size();
  if (!problem.diagonal) outer_product(problem, x, x, outer.data());
  double* block = sums.blocks.data();
  for (std::size_t a = 0; a < problem.classes; ++a) {
    const double share = w * p[a];
    for (std::size_t b = 0; b <= a; ++b, block += size) {
      const double h = a == b ? share * row.rest(a) : -share * p[b];
      if (problem.diagonal)
        outer_product(problem, problem.of_class(x, a), problem.of_class(x, b), outer.data());
      const double* products = outer.data();
      for (std::size_t e = 0; e < size; ++e) block[e] += h * products[e];
    }
  }
}

void add_gradient(row_sums& sums, const softmax_problem& problem, const softmax_row& row, const double* x,
                  double w, std::size_t label) {
  const std::size_t f = problem.features();
  double* gradient = sums.gradient.data();
  for (std::size_t k = 0; k < problem.classes; ++k, gradient += f) {
    const double slope = k == label ? -w * row.rest(k) : w * row.probabilities()[k];
    const double* own = problem.of_class(x, k);
    for (std::size_t j = 0; j < f; ++j) gradient[j] += slope * own[j];
  }
}

void merge(row_sums& into, const row_sums& from) {
  into.weight.merge(from.weight);
  into.loss.merge(from.loss);
  for (std::size_t j = 0; j < into.gradient.size(); ++j) into.gradient[j] += from.gradient[j];
  for (std::size_t j = 0; j < into.blocks.size(); ++j) into.blocks[j] += from.blocks[j];
  into.separated &= from.separated;
}

row_sums sums_at(const context& ctx, const char* function, const softmax_problem& problem,
                 std::span<const double> parameters, bool with_hessian) {
  const std::size_t pairs = with_hessian ? problem.classes * (problem.classes + 1) / 2 : 0;
  return reduce_chunks<row_sums>(
      ctx, function, problem.rows(), k_chunk_rows,
      [&](chunk part) {
        row_sums sums;
        sums.gradient.resize(problem.parameters());
        sums.blocks.resize(pairs * block_size(problem));
        softmax_row row(problem, parameters);
        std::vector<double> outer(block_size(problem));
        for (std::size_t i = part.first; i < part.last; ++i) {
          const double* x = problem.row(i);
          const double w = problem.weights[i];
          row.compute(x);
          sums.weight += w;
          sums.loss += w * row.loss(problem.labels[i]);
          sums.separated &= row.is_certain_of(problem.labels[i]);
          add_gradient(sums, problem, row, x, w, problem.labels[i]);
          if (with_hessian) add_hessian(sums, problem, row, x, w, outer);
        }
        return sums;
      },
      merge);
}

// The full matrix from its blocks.
std::vector<double> unpacked(const softmax_problem& problem, const std::vector<double>& blocks,
                             double weight) {
  const std::size_t f = problem.features(), size = problem.parameters();
  std::vector<double> hessian(size * size);
  const double* next = blocks.data();
  for (std::size_t a = 0; a < problem.classes; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      for (std::size_t i = 0; i < f; ++i) {
        for (std::size_t j = 0; j < (problem.diagonal ? f : i + 1); ++j) {
          const double value = *next++ / weight;
          const std::size_t row = a * f + i, column = b * f + j;
          hessian[row * size + column] = hessian[column * size + row] = value;
          if (problem.diagonal) continue;
          hessian[(a * f + j) * size + b * f + i] = hessian[(b * f + i) * size + a * f + j] = value;
        }
      }
    }
  }
  return hessian;
}

}  // namespace

softmax_row::softmax_row(const softmax_problem& problem, std::span<const double> parameters)
    : problem_(problem), columns_(parameters.size()), etas_(problem.classes), shares_(problem.classes) {
  const std::size_t f = problem.features();
  for (std::size_t k = 0; k < problem.classes; ++k)
    for (std::size_t j = 0; j < f; ++j) columns_[j * problem.classes + k] = parameters[k * f + j];
}

void softmax_row::compute(const double* row) {
  const std::size_t classes = problem_.classes, f = problem_.features();
  double* etas = etas_.data();
  std::fill(etas_.begin(), etas_.end(), 0.0);
  for (std::size_t j = 0; j < f; ++j) {
    const double* column = columns_.data() + j * classes;
    if (problem_.diagonal) {
      for (std::size_t k = 0; k < classes; ++k) etas[k] += column[k] * row[2 * k + j];
    } else {
      const double x = row[j];
      for (std::size_t k = 0; k < classes; ++k) etas[k] += column[k] * x;
    }
  }
  top_ = static_cast<std::size_t>(std::max_element(etas_.begin(), etas_.end()) - etas_.begin());
  largest_ = etas[top_];
  double others = 0.0;
  for (std::size_t k = 0; k < classes; ++k) {
    shares_[k] = k == top_ ? 1.0 : vmath::exp(etas[k] - largest_);
    if (k != top_) others += shares_[k];
  }
  log_sum_ = vmath::log1p(others);
  const double sum = 1.0 + others;
  for (double& share : shares_) share /= sum;
  top_rest_ = others / sum;
}

softmax_slopes softmax_slopes_at(const context& ctx, const char* function, const softmax_problem& problem,
                                 std::span<const double> parameters, bool with_hessian) {
  row_sums sums = sums_at(ctx, function, problem, parameters, with_hessian);
  const double weight = sums.weight.value();
  const std::size_t f = problem.features(), size = problem.parameters();
  softmax_slopes slopes;
  slopes.nll = sums.loss.value() / weight;
  slopes.separated = sums.separated;
  slopes.gradient = std::move(sums.gradient);
  if (with_hessian) slopes.hessian = unpacked(problem, sums.blocks, weight);
  compensated_sum penalty;
  for (std::size_t p = 0; p < size; ++p) {
    const double ridge = problem.ridge(p / f, p % f);
    slopes.gradient[p] = slopes.gradient[p] / weight + 2.0 * ridge * parameters[p];
    penalty += ridge * parameters[p] * parameters[p];
    if (with_hessian) slopes.hessian[p * size + p] += 2.0 * ridge;
  }
  slopes.objective = slopes.nll + penalty.value();
  return slopes;
}

}  // namespace assay::inline v1::calibration::internal
