// Driver of the losses of class labels and logits (shape A). A loss that depends on the probability of the
// label alone is a struct in phi.kernel.hpp, an entry in the table and a call of phi_loss: weights,
// reductions, ignored and masked classes, validation, threads and the gradient are here.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/losses/internal/units.hpp"
#include "assay/losses/kernels.hpp"

namespace assay::inline v1::losses::internal {

using assay::internal::dense;
using assay::internal::with_real_type;

/// Options that every loss of this shape has.
struct row_options {
  vector_view weights;
  vector_view upstream;
  vector_view class_weights;
  loss_reduction reduction;
  loss_divisor mean_divisor;
  empty_policy on_empty;
  std::optional<std::int64_t> ignore_index;
  bool allow_masked_logits;
};

template <class Options>
row_options common_options(const Options& options) {
  return {options.weights,      options.upstream, options.class_weights, options.reduction,
          options.mean_divisor, options.on_empty, options.ignore_index,  options.allow_masked_logits};
}

/// Checked arguments of one call, but for the values of the logits, which are checked while they are in the
/// cache.
class row_problem {
 public:
  row_problem(const char* function, const integer_view& labels, const matrix_view& logits,
              const row_options& options, const context& ctx);

  /// Throws when a logit among rows first .. first + count is not allowed.
  void check_logits(std::size_t first, std::size_t count) const;

  [[nodiscard]] const char* function() const { return check_.function(); }
  [[nodiscard]] const context& running() const { return *ctx_; }
  [[nodiscard]] const row_options& options() const { return options_; }
  [[nodiscard]] const matrix_view& logits() const { return logits_; }
  [[nodiscard]] std::size_t rows() const { return logits_.extent(0); }
  [[nodiscard]] std::size_t classes() const { return logits_.extent(1); }
  /// Label of each row, -1 for ignored rows.
  [[nodiscard]] const std::int32_t* labels() const { return labels_.data(); }
  [[nodiscard]] const double* class_weights() const { return class_weights_.data(); }
  [[nodiscard]] double class_weight(std::size_t row) const {
    return labels_[row] < 0        ? 0.0
           : class_weights_.data() ? class_weights_[static_cast<std::size_t>(labels_[row])]
                                   : 1.0;
  }
  /// Weight of a row without the one of its class; 0 for ignored rows.
  [[nodiscard]] double weight(std::size_t row) const {
    return labels_[row] < 0 ? 0.0 : weights_.data() ? weights_[row] : 1.0;
  }
  /// Factor of a row's gradient besides its weight.
  [[nodiscard]] double pull(std::size_t row) const {
    return (upstream_.data() ? upstream_[row] : 1.0) / divisor_.value;
  }
  [[nodiscard]] const divisor& by() const { return divisor_; }

 private:
  void check_shapes(const integer_view& labels) const;
  void read_labels(const integer_view& labels);
  void refuse_masked_labels() const;
  void set_divisor();

  checker check_;
  matrix_view logits_;
  row_options options_;
  const context* ctx_;
  std::vector<std::int32_t> labels_;
  dense<double> weights_;
  dense<double> upstream_;
  dense<double> class_weights_;
  divisor divisor_;
};

inline constexpr std::size_t k_block_rows = 64;
inline constexpr std::size_t k_extra_state = 8;
inline constexpr std::size_t k_block_elements = 4096;  ///< terms of a block stay in the first cache
inline constexpr std::size_t k_chunk_elements = 65536;

/// Consecutive rows at work: their exponentials and what they are reduced to.
template <class T>
struct row_block {
  std::size_t first;
  std::size_t count;
  const T* logits;
  T* terms;
  double* gap;
  double* rest;
  double* value;  ///< loss of each row, without the weight of the row
  double* slope;
  double* extra;  ///< k_extra_state arrays of k_block_rows numbers for the method's own use
};

/// Work of one call. Method has: `bool values(row_block<T>&)`, which fills terms and value and says whether
/// the logits are allowed (gradients follow at once, so terms keep all rows of the block only when `stride`
/// is the number of classes); `double loss_weight(row)`; `void gradient(row_block<T>&)`, which turns terms
/// into the gradient.
template <class T, class Method>
class row_run {
 public:
  row_run(const row_problem& problem, const Method& method, const T* logits, T* gradient, double* losses)
      : problem_(problem), method_(method), logits_(logits), gradient_(gradient), losses_(losses) {}

  /// Exact sum of the weighted losses.
  exact_sum run() const {
    const std::size_t k = problem_.classes();
    const std::size_t chunk_rows = std::max<std::size_t>(1, k_chunk_elements / k);
    return reduce_chunks<exact_sum>(
        problem_.running(), problem_.function(), problem_.rows(), chunk_rows,
        [&](chunk part) { return sum_of(part); },
        [](exact_sum& into, const exact_sum& from) { into.merge(from); });
  }

 private:
  exact_sum sum_of(chunk part) const {
    const std::size_t k = problem_.classes();
    const std::size_t step = std::clamp<std::size_t>(k_block_elements / k, 1, k_block_rows);
    std::unique_ptr<T[]> scratch;
    if (!gradient_) scratch.reset(new T[k]);
    exact_sum sum;
    for (std::size_t first = part.first; first < part.last; first += step) {
      double state[4 + k_extra_state][k_block_rows];
      const row_block<T> block{first,
                               std::min(step, part.last - first),
                               logits_ + first * k,
                               gradient_ ? gradient_ + first * k : scratch.get(),
                               state[0],
                               state[1],
                               state[2],
                               state[3],
                               state[4]};
      if (!method_.values(block, gradient_ ? k : 0)) problem_.check_logits(first, block.count);
      add(block, sum);
      if (gradient_) method_.gradient(block);
    }
    return sum;
  }

  void add(const row_block<T>& block, exact_sum& sum) const {
    for (std::size_t i = 0; i < block.count; ++i) {
      const double weight = method_.loss_weight(block.first + i);
      const double loss = weight == 0.0 ? 0.0 : weight * block.value[i];  // 0 also where the loss is Infinity
      if (losses_)
        losses_[block.first + i] = loss;
      else
        sum.add(loss);
    }
  }

  const row_problem& problem_;
  const Method& method_;
  const T* logits_;
  T* gradient_;
  double* losses_;
};

/// Runs a method for the type of the logits. With want_gradient false the gradient of the result is left
/// empty.
template <template <class> class Method, class... Arguments>
loss_gradient run_rows(const row_problem& problem, bool want_gradient, const Arguments&... arguments) {
  const std::size_t n = problem.rows();
  const context& ctx = problem.running();
  const bool none = problem.options().reduction == loss_reduction::none;
  loss_gradient result;
  return with_real_type(problem.logits().type(), [&]<class T>(std::type_identity<T>) {
    const dense<T> logits(problem.logits());
    if (want_gradient) {
      if (overlaps(ctx, problem.logits())) problem.check_logits(0, n);
      result.grad = ctx.result(problem.function(), dtype_of<T>(), 2, {n, problem.classes(), 1});
    }
    if (none)
      result.loss =
          want_gradient ? array(dtype::float64, {n}) : ctx.result(problem.function(), dtype::float64, n);
    T* const gradient = want_gradient ? result.grad.values<T>().data() : nullptr;
    double* const losses = none ? result.loss.values<double>().data() : nullptr;
    const Method<T> method(problem, arguments...);
    const exact_sum sum = row_run<T, Method<T>>(problem, method, logits.data(), gradient, losses).run();
    if (!none) result.loss = reduced_loss(sum, problem.by());
    return std::move(result);
  });
}

/// A loss of the probability of the label: its kernel and the parameters of the kernel.
struct phi {
  phi_kernel kernels::*kernel;
  std::array<double, 3> parameters;
};

/// The loss, and the gradient when wanted.
loss_gradient phi_loss(const row_problem& problem, const phi& loss, bool want_gradient);

/// The kernels for logits of type T.
template <class T>
const row_kernels<T>& active_row_kernels() {
  if constexpr (std::is_same_v<T, float>)
    return active_kernels().rows_float32;
  else
    return active_kernels().rows_float64;
}

/// Smallest logit allowed: finite, or -Infinity where classes may be masked.
template <class T>
T lowest_logit(const row_options& options) {
  return options.allow_masked_logits ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
}

}  // namespace assay::inline v1::losses::internal
