#include "assay/losses/sigmoid_focal_loss.hpp"

#include "assay/losses/internal/shape_b.hpp"

namespace assay::inline v1::losses {
namespace {

using internal::element_problem;

// Method of element_run; all arithmetic is in double.
template <class T>
class focal_method {
 public:
  using unit = double;

  focal_method(const element_problem&, const sigmoid_focal_loss_options& options)
      : kernel_(internal::active_binary_kernels<T>()),
        sum_(active_kernels().binary_float64.weighted_sum),
        alpha_(options.alpha),
        gamma_(options.gamma) {}

  bool block(const T* targets, const T* logits, std::size_t, std::size_t n, double* losses, T* gradient,
             const T* scale, double common_scale) const {
    return kernel_.focal(targets, logits, n, alpha_, gamma_, losses, gradient, scale, common_scale);
  }

  double weighted_sum(const double* weights, const double* losses, std::size_t n) const {
    return sum_(weights, losses, n);
  }

 private:
  const binary_kernels<T>& kernel_;
  double (*sum_)(const double*, const double*, std::size_t) noexcept;
  double alpha_;
  double gamma_;
};

loss_gradient compute(const char* function, const array_view& targets, const array_view& logits,
                      const sigmoid_focal_loss_options& options, bool want_gradient, const context& ctx) {
  const double alpha = options.alpha;
  const double gamma = options.gamma;
  const checker check(function);
  check.parameter(alpha == -1.0 || (alpha >= 0.0 && alpha <= 1.0), "alpha", alpha,
                  "must lie in [0, 1] or be -1");
  check.parameter(gamma >= 0.0 && gamma - gamma == 0.0, "gamma", gamma, "must be finite and >= 0");
  const element_problem problem(function, targets, logits, internal::element_options_of(options), ctx);
  return internal::run_elements<focal_method>(problem, want_gradient, options);
}

}  // namespace

reduced sigmoid_focal_loss(array_view targets, array_view logits, const sigmoid_focal_loss_options& options,
                           const context& ctx) {
  return compute("sigmoid_focal_loss", targets, logits, options, false, ctx).loss;
}

loss_gradient sigmoid_focal_loss_grad(array_view targets, array_view logits,
                                      const sigmoid_focal_loss_options& options, const context& ctx) {
  return compute("sigmoid_focal_loss_grad", targets, logits, options, true, ctx);
}

}  // namespace assay::inline v1::losses
