#include "assay/losses/internal/shape_a.hpp"

#include <string>

namespace assay::inline v1::losses::internal {

row_problem::row_problem(const char* function, const integer_view& labels, const matrix_view& logits,
                         const row_options& options, const context& ctx)
    : check_(function),
      logits_(logits),
      options_(options),
      ctx_(&ctx),
      weights_(options.weights),
      upstream_(options.upstream),
      class_weights_(options.class_weights) {
  ctx.require_backend(function);
  check_shapes(labels);
  check_weights(check_, options.weights, "weights");
  check_weights(check_, options.class_weights, "class_weights");
  if (options.upstream.present()) check_.finite(options.upstream, "upstream");
  read_labels(labels);
  if (options.allow_masked_logits) refuse_masked_labels();
  set_divisor();
}

void row_problem::check_shapes(const integer_view& labels) const {
  check_.not_empty(labels, "labels");
  check_.not_empty(logits_, "logits");
  check_.same_rows(labels, "labels", logits_, "logits");
  if (classes() < 2) {
    check_.fail_shape(error_code::length_mismatch, "logits",
                      "has shape " + shape_text(logits_) + ", needs at least two classes");
  }
  const auto one_a_row = [&](const vector_view& values, const char* name) {
    if (!values.present()) return;
    check_.not_empty(values, name);
    check_.same_rows(labels, "labels", values, name);
  };
  one_a_row(options_.weights, "weights");
  one_a_row(options_.upstream, "upstream");
  if (!options_.class_weights.present()) return;
  check_.not_empty(options_.class_weights, "class_weights");
  check_.length(options_.class_weights, "class_weights", classes(), "one weight per class");
}

void row_problem::read_labels(const integer_view& labels) {
  const auto ignored = options_.ignore_index;
  labels_.resize(rows());
  assay::internal::with_integer_type(labels.type(), [&]<class T>(std::type_identity<T>) {
    const dense<T> given(labels);
    for (std::size_t i = 0; i < rows(); ++i) {
      const auto label = static_cast<std::int64_t>(given[i]);
      if (ignored && label == *ignored) {
        labels_[i] = -1;
      } else if (label >= 0 && label < static_cast<std::int64_t>(classes())) {
        labels_[i] = static_cast<std::int32_t>(label);
      } else {
        check_.class_labels(labels, "labels", classes(), ignored ? &*ignored : nullptr);
      }
    }
  });
}

void row_problem::refuse_masked_labels() const {
  for (std::size_t i = 0; i < rows(); ++i) {
    if (labels_[i] < 0 ||
        logits_(i, static_cast<std::size_t>(labels_[i])) != -std::numeric_limits<double>::infinity())
      continue;
    check_.fail_value(error_code::bad_label, "labels",
                      '[' + std::to_string(i) + "] is " + std::to_string(labels_[i]) +
                          ", must be a class whose logit is not masked by -Infinity");
  }
}

void row_problem::set_divisor() {
  exact_sum total;
  std::size_t count = 0;
  const bool weighted = weights_.data() || class_weights_.data();
  for (std::size_t i = 0; i < rows(); ++i) {
    count += labels_[i] >= 0;
    if (weighted) total.add(weight(i) * class_weight(i));
  }
  const char* const blamed = count == 0 ? "labels" : weights_.data() ? "weights" : "class_weights";
  divisor_ = make_divisor(check_, options_.reduction, options_.mean_divisor, options_.on_empty,
                          weighted ? total.value() : static_cast<double>(count), count, blamed);
}

void row_problem::check_logits(std::size_t first, std::size_t count) const {
  const double lowest = options_.allow_masked_logits ? -std::numeric_limits<double>::infinity()
                                                     : std::numeric_limits<double>::lowest();
  for (std::size_t i = first; i < first + count; ++i) {
    for (std::size_t j = 0; j < classes(); ++j) {
      const double z = logits_(i, j);
      if (z >= lowest && z <= std::numeric_limits<double>::max()) continue;
      check_.fail_value(error_code::non_finite, "logits",
                        '[' + std::to_string(i) + ", " + std::to_string(j) + "] is " + text_of(z) +
                            ", must be finite" + (options_.allow_masked_logits ? " or -Infinity" : ""));
    }
  }
}

namespace {

// Method of row_run for losses of the log odds of the label.
template <class T>
class phi_method {
 public:
  phi_method(const row_problem& problem, const phi& loss)
      : problem_(problem),
        rows_(active_row_kernels<T>()),
        kernel_(active_kernels().*loss.kernel),
        parameters_(loss.parameters),
        lowest_(lowest_logit<T>(problem.options())) {}

  bool values(const row_block<T>& block, std::size_t stride) const {
    const bool allowed =
        rows_.reduce(block.logits, problem_.labels() + block.first, block.count, problem_.classes(), lowest_,
                     block.terms, stride, block.gap, block.rest);
    if (allowed) kernel_(block.gap, block.rest, block.count, parameters_.data(), block.value, block.slope);
    return allowed;
  }

  [[nodiscard]] double loss_weight(std::size_t row) const {
    return problem_.weight(row) * problem_.class_weight(row);
  }

  void gradient(const row_block<T>& block) const {
    for (std::size_t i = 0; i < block.count; ++i)
      block.slope[i] *= loss_weight(block.first + i) * problem_.pull(block.first + i);
    rows_.scale(block.terms, problem_.labels() + block.first, block.count, problem_.classes(), block.rest,
                block.slope);
  }

 private:
  const row_problem& problem_;
  const row_kernels<T>& rows_;
  phi_kernel kernel_;
  std::array<double, 3> parameters_;
  T lowest_;
};

}  // namespace

loss_gradient phi_loss(const row_problem& problem, const phi& loss, bool want_gradient) {
  return run_rows<phi_method>(problem, want_gradient, loss);
}

}  // namespace assay::inline v1::losses::internal
