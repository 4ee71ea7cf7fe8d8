#include "assay/losses/internal/shape_b.hpp"

namespace assay::inline v1::losses::internal {
namespace {

// Sum of the weights, rounded in the same blocks as the losses.
double total_of(const double* weights, std::size_t n) {
  const auto sum_block = active_kernels().binary_float64.weighted_sum;
  exact_sum total;
  for (std::size_t first = 0; first < n; first += k_element_block)
    total.add(sum_block(nullptr, weights + first, std::min(k_element_block, n - first)));
  return total.value();
}

}  // namespace

element_problem::element_problem(const char* function, const array_view& targets, const array_view& logits,
                                 const element_options& options, const context& ctx)
    : check_(function),
      targets_(targets),
      logits_(logits),
      options_(options),
      ctx_(&ctx),
      weights_(options.weights),
      upstream_(options.upstream) {
  ctx.require_backend(function);
  check_shapes();
  check_weights(check_, options.weights, "weights");
  if (options.upstream.present()) check_.finite(options.upstream, "upstream");
  const double total = weights_.data() ? total_of(weights_.data(), size()) : static_cast<double>(size());
  divisor_ = make_divisor(check_, options.reduction, options.mean_divisor, options.on_empty, total, size(),
                          "weights");
}

void element_problem::check_shapes() const {
  check_.not_empty(targets_, "targets");
  check_.not_empty(logits_, "logits");
  check_.same_shape(targets_, "targets", logits_, "logits");
  const auto one_an_element = [&](const array_view& values, const char* name) {
    if (!values.present()) return;
    check_.not_empty(values, name);
    check_.same_shape(targets_, "targets", values, name);
  };
  one_an_element(options_.weights, "weights");
  one_an_element(options_.upstream, "upstream");
}

void element_problem::check_values() const {
  check_.probabilities(targets_, "targets");
  check_.finite(logits_, "logits");
}

array narrowed_gradient(const element_problem& problem, const array& gradient) {
  const array_view& shape = problem.logits();
  array narrow =
      problem.running().result(problem.check().function(), dtype::float32, shape.rank(), shape.extents());
  const auto target = narrow.values<float>();
  for (std::size_t i = 0; i < target.size(); ++i) target[i] = static_cast<float>(gradient[i]);
  return narrow;
}

}  // namespace assay::inline v1::losses::internal
