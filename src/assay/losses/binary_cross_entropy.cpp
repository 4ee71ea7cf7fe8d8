#include "assay/losses/binary_cross_entropy.hpp"

#include <string>
#include <vector>

#include "assay/losses/internal/shape_b.hpp"

namespace assay::inline v1::losses {
namespace {

using internal::element_problem;
using internal::k_element_block;

// Method of element_run.
template <class T>
class cross_entropy_method {
 public:
  using unit = T;

  cross_entropy_method(const element_problem& problem,
                       const binary_cross_entropy_with_logits_options& options)
      : kernel_(internal::active_binary_kernels<T>()), smoothing_(options.label_smoothing) {
    if (options.pos_weight.is_scalar()) {
      common_positive_weight_ = options.pos_weight.value();
      return;
    }
    // One period behind the first block of columns, so that a block may begin at any column.
    columns_ = problem.logits().extent(1);
    positive_weights_.resize(columns_ + k_element_block);
    for (std::size_t i = 0; i < positive_weights_.size(); ++i)
      positive_weights_[i] = static_cast<T>(options.pos_weight(i % columns_));
  }

  bool block(const T* targets, const T* logits, std::size_t first, std::size_t n, T* losses, T* gradient,
             const T* scale, double common_scale) const {
    const T* const positive_weights = columns_ == 0 ? nullptr : positive_weights_.data() + first % columns_;
    return kernel_.cross_entropy(targets, logits, n, positive_weights, common_positive_weight_, smoothing_,
                                 losses, gradient, scale, common_scale);
  }

  double weighted_sum(const double* weights, const T* losses, std::size_t n) const {
    return kernel_.weighted_sum(weights, losses, n);
  }

 private:
  const binary_kernels<T>& kernel_;
  double smoothing_;
  double common_positive_weight_ = 1.0;
  std::size_t columns_ = 0;
  std::vector<T> positive_weights_;
};

void check_options(const checker& check, const array_view& logits,
                   const binary_cross_entropy_with_logits_options& options) {
  check.parameter(options.label_smoothing >= 0.0 && options.label_smoothing <= 1.0, "label_smoothing",
                  options.label_smoothing, "must lie in [0, 1]");
  if (options.pos_weight.is_scalar()) {
    const double weight = options.pos_weight.value();
    check.parameter(weight >= 0.0 && weight - weight == 0.0, "pos_weight", weight, "must be finite and >= 0");
    return;
  }
  check.not_empty(options.pos_weight.values(), "pos_weight");
  check.broadcasts(options.pos_weight, "pos_weight", logits.extent(1));
  for (std::size_t j = 0; j < logits.extent(1); ++j) {
    const double weight = options.pos_weight(j);
    if (weight >= 0.0 && weight - weight == 0.0) continue;
    check.fail_value(error_code::bad_parameter, "pos_weight",
                     '[' + std::to_string(j) + "] is " + text_of(weight) + ", must be finite and >= 0");
  }
}

loss_gradient compute(const char* function, const array_view& targets, const array_view& logits,
                      const binary_cross_entropy_with_logits_options& options, bool want_gradient,
                      const context& ctx) {
  const element_problem problem(function, targets, logits, internal::element_options_of(options), ctx);
  check_options(problem.check(), logits, options);
  return internal::run_elements<cross_entropy_method>(problem, want_gradient, options);
}

}  // namespace

reduced binary_cross_entropy_with_logits(array_view targets, array_view logits,
                                         const binary_cross_entropy_with_logits_options& options,
                                         const context& ctx) {
  return compute("binary_cross_entropy_with_logits", targets, logits, options, false, ctx).loss;
}

loss_gradient binary_cross_entropy_with_logits_grad(array_view targets, array_view logits,
                                                    const binary_cross_entropy_with_logits_options& options,
                                                    const context& ctx) {
  return compute("binary_cross_entropy_with_logits_grad", targets, logits, options, true, ctx);
}

}  // namespace assay::inline v1::losses
