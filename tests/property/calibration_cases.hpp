// Random forecasts that the property tests of calibration share.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/core/view.hpp"
#include "support/compare.hpp"

namespace assay::calibration {

// Probabilities are multiples of 1/64 and weights of 1/16: ties are common, and sums of both and 1 - p are
// exact, so that laws of reordering hold to the last bit.
struct forecasts {
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;
  std::vector<double> weights;
  [[nodiscard]] std::size_t size() const { return labels.size(); }
  void add(std::uint8_t label, double probability, double weight = 1.0) {
    labels.push_back(label);
    probabilities.push_back(probability);
    weights.push_back(weight);
  }
};

inline std::ostream& operator<<(std::ostream& out, const forecasts& f) {
  for (std::size_t i = 0; i < f.size(); ++i)
    out << "(" << int{f.labels[i]} << ", " << f.probabilities[i] << ", " << f.weights[i] << ") ";
  return out;
}

/// Whole numbers first .. last, divided by a power of two.
inline rc::Gen<double> fractions(int first, int last, double divisor) {
  return rc::gen::map(rc::gen::inRange(first, last + 1), [=](int i) { return i / divisor; });
}

inline rc::Gen<forecasts> some_forecasts(std::size_t smallest = 1) {
  return rc::gen::exec([smallest] {
    forecasts f;
    const auto n = *rc::gen::inRange<std::size_t>(smallest, 80);
    f.labels = *rc::gen::container<std::vector<std::uint8_t>>(n, rc::gen::inRange<std::uint8_t>(0, 2));
    f.probabilities = *rc::gen::container<std::vector<double>>(n, fractions(0, 64, 64.0));
    f.weights = *rc::gen::container<std::vector<double>>(n, fractions(0, 64, 16.0));
    f.weights[0] = 1.0;
    return f;
  });
}

inline rc::Gen<binning> some_layout() {
  return rc::gen::element(binning::equal_width, binning::quantile, binning::equal_mass, binning::rank,
                          binning::unique);
}

inline rc::Gen<std::int64_t> some_bins() { return rc::gen::inRange<std::int64_t>(1, 40); }

/// At least `each` rows with weight in each class, for what compares the classes.
inline rc::Gen<forecasts> forecasts_of_both_classes(std::size_t each = 1) {
  return rc::gen::map(some_forecasts(2 * each), [each](forecasts f) {
    for (std::size_t i = 0; i < 2 * each; ++i) {
      f.labels[i] = static_cast<std::uint8_t>(i % 2);
      f.weights[i] = 1.0;
    }
    return f;
  });
}

inline forecasts permuted(const forecasts& f, const std::vector<std::size_t>& order) {
  forecasts result;
  for (const std::size_t i : order) result.add(f.labels[i], f.probabilities[i], f.weights[i]);
  return result;
}

/// The numbers 0 .. n - 1 in any order.
inline std::vector<std::size_t> some_order(std::size_t n) {
  return *rc::gen::exec([n] {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    return order;
  });
}

/// The same with whole weights 1 .. 3.
inline forecasts with_whole_weights(forecasts f) {
  f.weights = *rc::gen::container<std::vector<double>>(f.size(), fractions(1, 3, 1.0));
  return f;
}

/// As many rows of weight 1 as each row weighs.
inline forecasts repeated(const forecasts& f) {
  forecasts result;
  for (std::size_t i = 0; i < f.size(); ++i)
    for (double k = 0; k < f.weights[i]; ++k) result.add(f.labels[i], f.probabilities[i]);
  return result;
}

/// The same forecasts of the other event: events become the others, p becomes 1 - p.
inline forecasts exchanged(forecasts f) {
  for (auto& label : f.labels) label = static_cast<std::uint8_t>(1 - label);
  for (auto& p : f.probabilities) p = 1.0 - p;
  return f;
}

/// No probability 0 or 1, for what takes log-odds.
inline forecasts inner(forecasts f) {
  for (auto& p : f.probabilities) p = std::clamp(p, 1 / 64.0, 63 / 64.0);
  return f;
}

/// Probabilities first/8 .. last/8, at least `distinct` of them; the share of events among the rows of each
/// is that probability, counted and by weight.
inline rc::Gen<forecasts> calibrated_forecasts(int first = 0, int last = 8, std::size_t distinct = 1) {
  return rc::gen::exec([=] {
    const auto levels = static_cast<std::size_t>(last - first + 1);
    auto counts = *rc::gen::container<std::vector<int>>(levels, rc::gen::inRange(0, 3));
    const auto level_order = some_order(levels);
    for (std::size_t i = 0; i < distinct; ++i) counts[level_order[i]] = std::max(counts[level_order[i]], 1);
    forecasts f;
    for (std::size_t i = 0; i < levels; ++i) {
      const int eighths = first + static_cast<int>(i), part = std::gcd(eighths, 8);
      const double weight = *fractions(1, 32, 16.0);
      for (int row = 0; row < counts[i] * 8 / part; ++row)
        f.add(row < counts[i] * eighths / part ? 1 : 0, eighths / 8.0, weight);
    }
    return permuted(f, some_order(f.size()));
  });
}

/// Rows of several classes; probabilities are multiples of 1/64, rows sum to 1 exactly, and no two classes of
/// a row are most probable.
struct class_forecasts {
  std::size_t classes = 2;
  std::vector<std::uint8_t> labels;
  std::vector<double> probabilities;  ///< (n, classes)
  std::vector<double> weights;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
  [[nodiscard]] matrix_view matrix() const { return {probabilities, size(), classes}; }

  /// Class k against the others.
  [[nodiscard]] forecasts column(std::size_t k) const {
    forecasts f;
    for (std::size_t i = 0; i < size(); ++i)
      f.add(labels[i] == k ? 1 : 0, probabilities[i * classes + k], weights[i]);
    return f;
  }

  /// The most probable class of row i.
  [[nodiscard]] std::size_t top(std::size_t i) const {
    const auto* row = probabilities.data() + i * classes;
    return static_cast<std::size_t>(std::max_element(row, row + classes) - row);
  }

  /// Class order[k] in the place of class k.
  [[nodiscard]] class_forecasts renamed(const std::vector<std::size_t>& order) const {
    class_forecasts result = *this;
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t k = 0; k < classes; ++k) {
        result.probabilities[i * classes + k] = probabilities[i * classes + order[k]];
        if (labels[i] == order[k]) result.labels[i] = static_cast<std::uint8_t>(k);
      }
    }
    return result;
  }
};

inline std::ostream& operator<<(std::ostream& out, const class_forecasts& f) {
  for (std::size_t i = 0; i < f.size(); ++i) {
    out << "(" << int{f.labels[i]} << ",";
    for (std::size_t k = 0; k < f.classes; ++k) out << " " << f.probabilities[i * f.classes + k];
    out << ", " << f.weights[i] << ") ";
  }
  return out;
}

/// One distribution over the classes in multiples of 1/64, with one most probable class.
inline std::vector<double> some_distribution(std::size_t classes) {
  auto cuts = *rc::gen::container<std::vector<int>>(classes - 1, rc::gen::inRange(0, 65));
  cuts.push_back(64);
  std::sort(cuts.begin(), cuts.end());
  std::adjacent_difference(cuts.begin(), cuts.end(), cuts.begin());
  const auto top = std::max_element(cuts.begin(), cuts.end());
  const auto other = std::find(top + 1, cuts.end(), *top);
  if (other != cuts.end()) {
    *top += 1;
    *other -= 1;
  }
  std::vector<double> result;
  for (const int cut : cuts) result.push_back(cut / 64.0);
  return result;
}

inline rc::Gen<class_forecasts> some_class_forecasts(std::size_t most_classes = 5) {
  return rc::gen::exec([most_classes] {
    class_forecasts f;
    f.classes = *rc::gen::inRange<std::size_t>(2, most_classes + 1);
    const auto n = *rc::gen::inRange<std::size_t>(f.classes, 40);
    for (std::size_t i = 0; i < n; ++i) {
      // every class occurs, for what compares them
      f.labels.push_back(
          static_cast<std::uint8_t>(i < f.classes ? i : *rc::gen::inRange<std::size_t>(0, f.classes)));
      f.weights.push_back(i < f.classes ? 1.0 : *fractions(0, 64, 16.0));
      for (const double p : some_distribution(f.classes)) f.probabilities.push_back(p);
    }
    return f;
  });
}

/// |actual - expected| <= rtol |expected| + atol, and both or none infinite; `why` says where the tolerance
/// comes from.
inline void require_close(double actual, double expected, double rtol, double atol, const std::string& why) {
  const auto result = testing::within_rel(actual, expected, rtol, atol, why);
  if (!result) RC_LOG() << result.message();
  RC_ASSERT(static_cast<bool>(result));
  RC_ASSERT(std::isinf(actual) == std::isinf(expected));
}

}  // namespace assay::calibration
