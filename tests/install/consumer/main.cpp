// Uses a function of each kind of file: header and source alone, a kernel, an exception across the library's
// border.
#include <assay/core/error.hpp>
#include <assay/scoring/crps_ensemble.hpp>
#include <cstdio>
#include <vector>

int main() {
  const std::vector<double> observations = {0.5, 4.0};
  const std::vector<double> members = {0.0, 1.0, 1.0, 3.0};
  const assay::array crps = assay::scoring::crps_ensemble(observations, {members.data(), 2, 2});
  // Fair, two members: mean |x - y| - |x1 - x2| / 2.
  std::printf("%g %g\n", crps[0], crps[1]);
  try {
    assay::scoring::crps_ensemble(observations, {members.data(), 1, 4});
  } catch (const assay::shape_error& error) {
    std::printf("%s\n", error.what());
    return 0;
  }
  return 1;
}
