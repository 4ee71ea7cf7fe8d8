#include "assay/losses/focal_loss.hpp"

#include "assay/losses/internal/shape_a.hpp"

namespace assay::inline v1::losses {
namespace {

loss_gradient compute(const char* function, const integer_view& labels, const matrix_view& logits,
                      const focal_loss_options& options, bool want_gradient, const context& ctx) {
  const double gamma = options.gamma;
  checker(function).parameter(gamma >= 0.0 && gamma - gamma == 0.0, "gamma", gamma,
                              "must be finite and >= 0");
  const internal::row_problem problem(function, labels, logits, internal::common_options(options), ctx);
  // The kernel's q^gamma is exp(gamma log q), which is not 1 for gamma = 0 and q = 0.
  if (gamma == 0.0) return internal::phi_loss(problem, {&kernels::cross_entropy, {}}, want_gradient);
  return internal::phi_loss(problem, {&kernels::focal, {gamma}}, want_gradient);
}

}  // namespace

reduced focal_loss(integer_view labels, matrix_view logits, const focal_loss_options& options,
                   const context& ctx) {
  return compute("focal_loss", labels, logits, options, false, ctx).loss;
}

loss_gradient focal_loss_grad(integer_view labels, matrix_view logits, const focal_loss_options& options,
                              const context& ctx) {
  return compute("focal_loss_grad", labels, logits, options, true, ctx);
}

}  // namespace assay::inline v1::losses
