#include "assay/calibration/internal/unit_density.hpp"

#include <algorithm>
#include <cmath>

#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_cells = 512;

double weight_of(const std::vector<tie_group>& groups) {
  compensated_sum weight;
  for (const tie_group& group : groups) weight += group.weight;
  return weight.value();
}

double quartile_range(const std::vector<tie_group>& groups, double weight) {
  double below = 0.0, lower = groups.front().x, upper = groups.back().x;
  for (const tie_group& group : groups) {
    if (below < 0.25 * weight) lower = group.x;
    if (below < 0.75 * weight) upper = group.x;
    below += group.weight;
  }
  return upper - lower;
}

double bandwidth(const std::vector<tie_group>& groups, double weight, double effective_rows) {
  compensated_sum sum, squares;
  for (const tie_group& group : groups) sum += group.weight * group.x;
  const double mean = sum.value() / weight;
  for (const tie_group& group : groups) squares += group.weight * (group.x - mean) * (group.x - mean);
  const double range = quartile_range(groups, weight) / 1.34;  // of a normal distribution: its deviation
  double spread = std::sqrt(squares.value() / weight);
  if (range > 0.0) spread = std::min(spread, range);
  const double silverman = 0.9 * spread * vmath::exp(-0.2 * vmath::log(effective_rows));
  return std::max(silverman, 2.0 / static_cast<double>(k_cells));
}

// Weight at each node of the grid: a probability between two nodes is shared by its distances.
std::vector<double> shared_to_nodes(const std::vector<tie_group>& groups) {
  std::vector<double> nodes(k_cells + 1);
  for (const tie_group& group : groups) {
    const double place = group.x * static_cast<double>(k_cells);
    const std::size_t left = std::min(static_cast<std::size_t>(place), k_cells - 1);
    const double share = place - static_cast<double>(left);
    nodes[left] += group.weight * (1.0 - share);
    nodes[left + 1] += group.weight * share;
  }
  return nodes;
}

}  // namespace

std::vector<double> unit_density(const std::vector<tie_group>& groups, double effective_rows) {
  const double weight = weight_of(groups), width = bandwidth(groups, weight, effective_rows);
  std::vector<double> kernel(2 * k_cells + 1);
  for (std::size_t i = 0; i < kernel.size(); ++i)
    kernel[i] = vmath::normal_pdf(static_cast<double>(i) / static_cast<double>(k_cells) / width) / width;
  const std::vector<double> nodes = shared_to_nodes(groups);
  std::vector<double> density(k_cells + 1);
  for (std::size_t i = 0; i <= k_cells; ++i) {
    for (std::size_t j = 0; j <= k_cells; ++j) {
      const std::size_t apart = i > j ? i - j : j - i;
      density[i] += nodes[j] * (kernel[apart] + kernel[i + j] + kernel[2 * k_cells - i - j]);
    }
  }
  std::vector<double> result;
  result.reserve(groups.size());
  for (const tie_group& group : groups) {
    const double place = group.x * static_cast<double>(k_cells);
    const std::size_t left = std::min(static_cast<std::size_t>(place), k_cells - 1);
    const double share = place - static_cast<double>(left);
    result.push_back((density[left] + (density[left + 1] - density[left]) * share) / weight);
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
