// Small deterministic generator for test data, independent of the library's own.
#pragma once

#include <cstdint>
#include <vector>

namespace assay::testing {

/// SplitMix64 (Steele, Lea, Flood 2014).
class generator {
 public:
  explicit generator(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Sum of twelve uniforms minus six: mean 0, variance 1, close enough to normal for test data.
  double normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }
  std::vector<double> normals(std::size_t count) {
    std::vector<double> values(count);
    for (double& value : values) value = normal();
    return values;
  }

 private:
  std::uint64_t state_;
};

}  // namespace assay::testing
