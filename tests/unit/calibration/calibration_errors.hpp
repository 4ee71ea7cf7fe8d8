// Bad arguments that every calibration function refuses in the same words.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "support/compare.hpp"

namespace assay::testing {

using row_call = std::function<void(integer_view labels, vector_view forecasts, vector_view weights)>;

/// Checks the errors of labels, forecasts and weights; `name` is "probabilities" or "logits". An accumulator
/// may be given rows of weight 0 only: needs_weight is false.
inline void expect_row_errors(const std::string& name, const row_call& call, bool needs_weight = true) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::int32_t> no_labels;
  const std::vector<double> none;
  const auto shape = [&](error_code code, const std::string& argument, integer_view y, vector_view p,
                         vector_view w, const std::string& text) {
    expect_error([&] { call(y, p, w); }, error_kind::shape, code, argument, text);
  };
  const auto value = [&](error_code code, const std::string& argument, integer_view y, vector_view p,
                         vector_view w, const std::string& text) {
    expect_error([&] { call(y, p, w); }, error_kind::value, code, argument, text);
  };
  shape(error_code::empty_input, "labels", no_labels, none, {}, "labels is empty");
  shape(error_code::empty_input, name, {0, 1}, none, {}, name + " is empty");
  shape(error_code::empty_input, "weights", {0, 1}, {0.2, 0.4}, none, "weights is empty");
  shape(error_code::length_mismatch, name, {0}, {0.2, 0.4}, {}, "has 2 elements, labels has 1 element");
  shape(error_code::length_mismatch, "weights", {0, 1}, {0.2, 0.4}, {1, 1, 1}, "has 3 elements");
  value(error_code::bad_label, "labels", {0, 2}, {0.2, 0.4}, {}, "labels[1] is 2, must be 0 or 1");
  value(error_code::bad_label, "labels", {-1, 1}, {0.2, 0.4}, {}, "labels[0] is -1");
  value(error_code::bad_label, "labels", {0, 256}, {0.2, 0.4}, {}, "labels[1] is 256");
  value(error_code::bad_weight, "weights", {0, 1}, {0.2, 0.4}, {-1, 1},
        "weights[0] is -1, must be finite and >= 0");
  value(error_code::bad_weight, "weights", {0, 1}, {0.2, 0.4}, {1, nan}, "weights[1] is NaN");
  value(error_code::bad_weight, "weights", {0, 1}, {0.2, 0.4}, {1, infinity}, "weights[1] is Infinity");
  if (needs_weight) value(error_code::zero_weight, "weights", {0, 1}, {0.2, 0.4}, {0, 0}, "sum to 0");
  if (name == "logits") {
    value(error_code::non_finite, name, {0, 1}, {0.2, infinity}, {}, "logits[1] is Infinity, must be finite");
    value(error_code::non_finite, name, {0, 1}, {nan, 0.2}, {}, "logits[0] is NaN");
  } else {
    value(error_code::out_of_range, name, {0, 1}, {0.2, 1.2}, {},
          "probabilities[1] is 1.2, must lie in [0, 1]");
    value(error_code::out_of_range, name, {0, 1}, {-0x1p-1074, 0.2}, {}, "probabilities[0] is -5e-324");
    value(error_code::out_of_range, name, {0, 1}, {0.2, nan}, {}, "probabilities[1] is NaN");
    value(error_code::out_of_range, name, {0, 1}, {0.2, nan}, {1, 0}, "probabilities[1] is NaN");
  }
}

/// The options that lay out bins.
struct bin_choices {
  std::int64_t n_bins = 10;
  calibration::binning strategy = calibration::binning::equal_width;
  vector_view edges = {};
};

/// Checks the errors of n_bins, strategy and edges.
inline void expect_bin_errors(const std::function<void(const bin_choices&)>& call) {
  using calibration::binning;
  const auto refused = [&](error_code code, const std::string& argument, const bin_choices& bins,
                           const std::string& text) {
    expect_error([&] { call(bins); }, error_kind::value, code, argument, text);
  };
  refused(error_code::bad_parameter, "n_bins", {.n_bins = 0}, "n_bins is 0, must be at least 1");
  refused(error_code::bad_parameter, "n_bins", {.n_bins = -5}, "n_bins is -5");
  refused(error_code::bad_parameter, "n_bins", {.n_bins = 1LL << 40}, "must be at most 16777216");
  refused(error_code::missing_argument, "edges", {.strategy = binning::custom}, "edges are missing");
  refused(error_code::bad_parameter, "edges", {.edges = {0, 1}}, "the strategy is not custom");
  const auto edges = [](std::initializer_list<double> values) {
    return bin_choices{.strategy = binning::custom, .edges = values};
  };
  refused(error_code::bad_parameter, "edges", edges({0}), "needs at least 2");
  refused(error_code::bad_parameter, "edges", edges({0, 0.5, 0.5, 1}), "edges[2] is 0.5, must be above");
  refused(error_code::bad_parameter, "edges", edges({0.1, 1}), "begins at 0.1");
  refused(error_code::bad_parameter, "edges", edges({0, 0.9}), "ends at 0.9");
  refused(error_code::bad_parameter, "edges", edges({0, std::numeric_limits<double>::quiet_NaN(), 1}),
          "edges[1] is NaN, must be finite");
}

/// Every cut and every changed byte is refused.
inline void expect_corrupt_bytes(const std::vector<std::byte>& good,
                                 const std::function<void(const std::vector<std::byte>&)>& read) {
  read(good);
  const auto refused = [&](const std::vector<std::byte>& bad) {
    expect_error([&] { read(bad); }, error_kind::value, error_code::corrupt_bytes, "bytes");
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] ^= std::byte{0x10};
    refused(changed);
    refused({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(i)});
  }
  auto longer = good;
  longer.push_back(std::byte{0});
  refused(longer);
}

}  // namespace assay::testing
