#include <assay/calibration/ece.hpp>
#include <assay/losses/cross_entropy.hpp>
#include <assay/scoring/crps_ensemble.hpp>
#include <iostream>

int main() {
  const std::vector<double> members = {0, 1, 4, 1, 3, 2}, logits = {2.0, 0.5, -1.0, 0.1, 0.2, 3.0};
  const auto crps = assay::scoring::crps_ensemble({0.5, 1.0}, {members, 2, 3});
  std::cout << "CRPS " << crps[0] << ' ' << crps[1] << '\n';
  std::cout << "ECE " << assay::calibration::ece({0, 1, 1}, {0.2, 0.9, 0.6}, {.n_bins = 10}) << '\n';
  const auto [loss, grad] = assay::losses::cross_entropy_grad({0, 2}, {logits, 2, 3});
  std::cout << "cross entropy " << loss.scalar() << ", gradient of the first logit " << grad(0, 0) << '\n';
}
