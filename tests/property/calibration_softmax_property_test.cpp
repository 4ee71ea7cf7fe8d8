// Laws of the recalibrators of several classes: temperature, vector, matrix and Dirichlet scaling. All rows
// are such that a best map exists.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "assay/calibration/dirichlet_calibration.hpp"
#include "assay/calibration/matrix_scaling.hpp"
#include "assay/calibration/temperature.hpp"
#include "assay/calibration/vector_scaling.hpp"
#include "calibration_cases.hpp"

namespace assay::calibration {
namespace {

using testing::same_bits;

/// Rows of logits in 1/16; at each of classes + 1 corners of a simplex every class happens, so that no
/// direction of a linear map separates the classes.
struct logit_rows {
  std::size_t classes;
  std::vector<double> logits, weights;
  std::vector<std::uint8_t> labels;
  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] matrix_view view() const { return {logits, size(), classes}; }
};

logit_rows some_logits() {
  return *rc::gen::exec([] {
    logit_rows r{*rc::gen::inRange<std::size_t>(2, 4), {}, {}, {}};
    const auto n = *rc::gen::inRange<std::size_t>(0, 20);
    for (std::size_t i = 0; i < n; ++i) {
      r.labels.push_back(static_cast<std::uint8_t>(*rc::gen::inRange<std::size_t>(0, r.classes)));
      r.weights.push_back(*fractions(0, 64, 16.0));
      for (std::size_t k = 0; k < r.classes; ++k) r.logits.push_back(*fractions(-48, 48, 16.0));
    }
    for (std::size_t corner = 0; corner <= r.classes; ++corner) {
      for (std::size_t label = 0; label < r.classes; ++label) {
        r.labels.push_back(static_cast<std::uint8_t>(label));
        r.weights.push_back(1.0);
        for (std::size_t k = 0; k < r.classes; ++k) r.logits.push_back(k == corner ? 1.0 : 0.0);
      }
    }
    return r;
  });
}

/// Class order[k] in the place of class k.
logit_rows renamed(const logit_rows& r, const std::vector<std::size_t>& order) {
  logit_rows result = r;
  for (std::size_t i = 0; i < r.size(); ++i) {
    for (std::size_t k = 0; k < r.classes; ++k) {
      result.logits[i * r.classes + k] = r.logits[i * r.classes + order[k]];
      if (r.labels[i] == order[k]) result.labels[i] = static_cast<std::uint8_t>(k);
    }
  }
  return result;
}

void require_rows_of_probabilities(const array& p, std::size_t classes) {
  for (std::size_t i = 0; i < p.size() / classes; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < classes; ++k) sum += p(i, k);
    require_close(sum, 1.0, 0.0, 1e-14, "a few divisions");
  }
}

RC_GTEST_PROP(temperature, has_the_unit_of_the_logits_and_does_not_see_their_offsets, ()) {
  const logit_rows r = some_logits();
  logit_rows moved = r;
  const double unit = std::ldexp(1.0, *rc::gen::inRange(-3, 4));
  for (std::size_t i = 0; i < r.size(); ++i) {
    const double offset = *fractions(-64, 64, 16.0);
    for (std::size_t k = 0; k < r.classes; ++k)
      moved.logits[i * r.classes + k] = unit * (r.logits[i * r.classes + k] + offset);  // exact
  }
  const auto one = temperature(r.labels, r.view(), {.weights = r.weights, .query = r.view()});
  const auto other = temperature(moved.labels, moved.view(), {.weights = r.weights, .query = moved.view()});
  RC_ASSERT(one.temperature > 0.0);
  if (one.at_bound || other.at_bound) return;  // the bounds do not move with the unit
  require_close(other.temperature, unit * one.temperature, 1e-8, 0.0, "budgets, where the loss is flat");
  require_close(other.nll, one.nll, 1e-12, 0.0, "least losses");
  require_rows_of_probabilities(one.query, r.classes);
  for (std::size_t i = 0; i < r.size(); ++i)  // the order of the classes stays
    for (std::size_t k = 1; k < r.classes; ++k)
      RC_ASSERT((r.view()(i, k) - r.view()(i, k - 1)) * (one.query(i, k) - one.query(i, k - 1)) >= 0.0);
}

RC_GTEST_PROP(scaling, loses_no_more_with_more_parameters, ()) {
  const logit_rows r = some_logits();
  const double heat = temperature(r.labels, r.view(), {.weights = r.weights}).nll;
  const auto vector = vector_scaling(r.labels, r.view(), {.weights = r.weights, .query = r.view()});
  const double lambda = *fractions(0, 16, 16.0), mu = *fractions(0, 16, 16.0);
  const auto plain = matrix_scaling_odir(r.labels, r.view(), {.weights = r.weights, .query = r.view()});
  const auto odir = matrix_scaling_odir(
      r.labels, r.view(), {.weights = r.weights, .lambda_offdiag = lambda, .mu_bias = mu, .query = r.view()});
  constexpr double slack = 1 + 1e-10;  // least losses, flat around their place
  RC_ASSERT(vector.converged && plain.converged && odir.converged);
  RC_ASSERT(vector.nll <= heat * slack && plain.nll <= vector.nll * slack);
  RC_ASSERT(plain.nll <= odir.nll * slack && odir.nll <= odir.objective);
  RC_ASSERT(odir.objective <= heat * slack);  // a temperature has neither penalty
  for (const array* p : {&vector.query, &plain.query, &odir.query})
    require_rows_of_probabilities(*p, r.classes);
}

RC_GTEST_PROP(scaling, does_not_depend_on_the_names_of_the_classes, ()) {
  const logit_rows r = some_logits();
  const auto order = some_order(r.classes);
  const logit_rows other = renamed(r, order);
  const auto require_same = [&](const array& one, const array& two) {
    for (std::size_t i = 0; i < r.size(); ++i)
      for (std::size_t k = 0; k < r.classes; ++k)
        require_close(two(i, k), one(i, order[k]), 0.0, 2e-7, "two budgets");
  };
  require_same(
      vector_scaling(r.labels, r.view(), {.weights = r.weights, .query = r.view()}).query,
      vector_scaling(other.labels, other.view(), {.weights = r.weights, .query = other.view()}).query);
  const double lambda = *fractions(0, 16, 16.0), mu = *fractions(0, 16, 16.0);
  const auto matrix = [&](const logit_rows& rows) {
    return matrix_scaling_odir(
        rows.labels, rows.view(),
        {.weights = rows.weights, .lambda_offdiag = lambda, .mu_bias = mu, .query = rows.view()});
  };
  require_same(matrix(r).query, matrix(other).query);
}

std::vector<double> softmax_of(const logit_rows& r) {
  std::vector<double> p;
  for (std::size_t i = 0; i < r.size(); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < r.classes; ++k) sum += std::exp(r.view()(i, k));
    for (std::size_t k = 0; k < r.classes; ++k) p.push_back(std::exp(r.view()(i, k)) / sum);
  }
  return p;
}

RC_GTEST_PROP(dirichlet_calibration, is_matrix_scaling_of_logarithms, ()) {
  const logit_rows r = some_logits();
  const auto p = softmax_of(r);
  std::vector<double> logits;
  for (const double value : p) logits.push_back(std::log(value));
  const double lambda = *fractions(0, 16, 16.0), mu = *fractions(0, 16, 16.0);
  const matrix_view rows(p, r.size(), r.classes), z(logits, r.size(), r.classes);
  const auto one = dirichlet_calibration_odir(
      r.labels, rows, {.weights = r.weights, .lambda_offdiag = lambda, .mu_bias = mu, .query = rows});
  const auto other = matrix_scaling_odir(
      r.labels, z, {.weights = r.weights, .lambda_offdiag = lambda, .mu_bias = mu, .query = z});
  require_close(other.objective, one.objective, 1e-10, 0.0, "least losses");
  for (std::size_t i = 0; i < one.query.size(); ++i)
    require_close(other.query[i], one.query[i], 0.0, 2e-7, "two budgets");
}

RC_GTEST_PROP(scaling, comes_back_from_json_with_all_bits, ()) {
  const logit_rows r = some_logits();
  const auto require_same = [&](const auto& model, const array_view& at) {
    const auto again = std::decay_t<decltype(model)>::from_json(model.to_json());
    RC_ASSERT(again.to_json() == model.to_json());
    RC_ASSERT(same_bits(again.transform(at), model.transform(at)));
  };
  require_same(temperature_model::fit(r.labels, r.view(), {.weights = r.weights}), r.view());
  require_same(vector_scaling_model::fit(r.labels, r.view(), {.weights = r.weights}), r.view());
  require_same(matrix_scaling_model::fit(r.labels, r.view(), {.weights = r.weights}), r.view());
  const auto p = softmax_of(r);
  const matrix_view rows(p, r.size(), r.classes);
  require_same(dirichlet_calibration_model::fit(r.labels, rows, {.weights = r.weights}), rows);
}

}  // namespace
}  // namespace assay::calibration
