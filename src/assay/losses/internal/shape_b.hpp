// Driver of the losses of binary targets and logits of one shape (shape B), element by element.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/losses/internal/units.hpp"
#include "assay/losses/kernels.hpp"

namespace assay::inline v1::losses::internal {

using assay::internal::common_real_type;
using assay::internal::dense;
using assay::internal::with_real_type;

/// Options that every loss of this shape has.
struct element_options {
  array_view weights;
  array_view upstream;
  loss_reduction reduction;
  loss_divisor mean_divisor;
  empty_policy on_empty;
};

template <class Options>
element_options element_options_of(const Options& options) {
  return {options.weights, options.upstream, options.reduction, options.mean_divisor, options.on_empty};
}

inline constexpr std::size_t k_element_block =
    4096;  ///< elements of one rounded sum; the same on every thread count
inline constexpr std::size_t k_element_chunk = 16 * k_element_block;

/// Checked arguments of one call, but for the values of targets and logits, which are checked in the cache.
class element_problem {
 public:
  element_problem(const char* function, const array_view& targets, const array_view& logits,
                  const element_options& options, const context& ctx);

  /// Throws when a target or a logit is not allowed.
  void check_values() const;

  [[nodiscard]] const checker& check() const { return check_; }
  [[nodiscard]] const context& running() const { return *ctx_; }
  [[nodiscard]] const element_options& options() const { return options_; }
  [[nodiscard]] const array_view& targets() const { return targets_; }
  [[nodiscard]] const array_view& logits() const { return logits_; }
  [[nodiscard]] std::size_t size() const { return logits_.size(); }
  /// Null where every weight is 1.
  [[nodiscard]] const double* weights() const { return weights_.data(); }
  [[nodiscard]] const divisor& by() const { return divisor_; }
  /// Whether the gradient has a factor of its own for each element.
  [[nodiscard]] bool has_pulls() const { return weights_.data() || upstream_.data(); }
  [[nodiscard]] double pull(std::size_t i) const {
    return (weights_.data() ? weights_[i] : 1.0) * (upstream_.data() ? upstream_[i] : 1.0) / divisor_.value;
  }

 private:
  void check_shapes() const;

  checker check_;
  array_view targets_;
  array_view logits_;
  element_options options_;
  const context* ctx_;
  dense<double> weights_;
  dense<double> upstream_;
  divisor divisor_;
};

/// Work of one call. Method has a type `unit` and `bool block(targets, logits, first, n, unit* losses, T*
/// gradient, const T* scale, T common_scale)`, which says whether the values are allowed.
template <class T, class Method>
class element_run {
 public:
  using unit = typename Method::unit;

  element_run(const element_problem& problem, const Method& method, const T* targets, const T* logits,
              T* gradient, double* losses)
      : problem_(problem),
        method_(method),
        targets_(targets),
        logits_(logits),
        gradient_(gradient),
        losses_(losses) {}

  exact_sum run() const {
    return reduce_chunks<exact_sum>(
        problem_.running(), problem_.check().function(), problem_.size(), k_element_chunk,
        [&](chunk part) { return sum_of(part); },
        [](exact_sum& into, const exact_sum& from) { into.merge(from); });
  }

 private:
  struct scratch {
    unit losses[k_element_block];
    T scale[k_element_block];
  };

  exact_sum sum_of(chunk part) const {
    const std::unique_ptr<scratch> buffer(new scratch);
    exact_sum sum;
    for (std::size_t first = part.first; first < part.last; first += k_element_block)
      add(first, std::min(k_element_block, part.last - first), *buffer, sum);
    return sum;
  }

  void add(std::size_t first, std::size_t n, scratch& buffer, exact_sum& sum) const {
    const bool pulls = gradient_ && problem_.has_pulls();
    if (pulls)
      for (std::size_t i = 0; i < n; ++i) buffer.scale[i] = static_cast<T>(problem_.pull(first + i));
    if (!method_.block(targets_ + first, logits_ + first, first, n, buffer.losses,
                       gradient_ ? gradient_ + first : nullptr, pulls ? buffer.scale : nullptr,
                       1.0 / problem_.by().value)) {
      problem_.check_values();
    }
    const double* const weights = problem_.weights() ? problem_.weights() + first : nullptr;
    if (losses_) {
      for (std::size_t i = 0; i < n; ++i)
        losses_[first + i] = (weights ? weights[i] : 1.0) * static_cast<double>(buffer.losses[i]);
    } else {
      sum.add(method_.weighted_sum(weights, buffer.losses, n));
    }
  }

  const element_problem& problem_;
  const Method& method_;
  const T* targets_;
  const T* logits_;
  T* gradient_;
  double* losses_;
};

/// The gradient in the type of the logits, when it was computed in double because the targets are.
array narrowed_gradient(const element_problem& problem, const array& gradient);

/// Runs a method in float32 when targets and logits are, else in float64. With want_gradient false the
/// gradient of the result is left empty.
template <template <class> class Method, class... Arguments>
loss_gradient run_elements(const element_problem& problem, bool want_gradient,
                           const Arguments&... arguments) {
  const context& ctx = problem.running();
  const char* const function = problem.check().function();
  const array_view& shape = problem.logits();
  const bool none = problem.options().reduction == loss_reduction::none;
  const dtype type = common_real_type(problem.targets(), problem.logits());
  if (want_gradient && overlaps(ctx, problem.logits())) problem.check_values();
  loss_gradient result;
  return with_real_type(type, [&]<class T>(std::type_identity<T>) {
    const dense<T> targets(problem.targets());
    const dense<T> logits(problem.logits());
    const bool same_type = shape.type() == dtype_of<T>();
    if (want_gradient) {
      result.grad = same_type ? ctx.result(function, dtype_of<T>(), shape.rank(), shape.extents())
                              : array(dtype_of<T>(), shape.rank(), shape.extents());
    }
    if (none) {
      result.loss = want_gradient ? array(dtype::float64, shape.rank(), shape.extents())
                                  : ctx.result(function, dtype::float64, shape.rank(), shape.extents());
    }
    const Method<T> method(problem, arguments...);
    const exact_sum sum = element_run<T, Method<T>>(problem, method, targets.data(), logits.data(),
                                                    want_gradient ? result.grad.values<T>().data() : nullptr,
                                                    none ? result.loss.values<double>().data() : nullptr)
                              .run();
    if (!none) result.loss = reduced_loss(sum, problem.by());
    if (want_gradient && !same_type) result.grad = narrowed_gradient(problem, result.grad);
    return std::move(result);
  });
}

/// The kernels for elements of type T.
template <class T>
const binary_kernels<T>& active_binary_kernels() {
  if constexpr (std::is_same_v<T, float>)
    return active_kernels().binary_float32;
  else
    return active_kernels().binary_float64;
}

}  // namespace assay::inline v1::losses::internal
