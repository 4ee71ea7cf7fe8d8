#include "assay/calibration/internal/refitted_curves.hpp"

#include <algorithm>

namespace assay::inline v1::calibration::internal {

isotonic_regression regression_of(const group_draws& draws, std::vector<std::uint32_t>& drawn) {
  isotonic_regression regression;
  drawn.clear();
  for (std::size_t i = 0; i < draws.weight.size(); ++i) {
    if (!(draws.weight[i] > 0.0)) continue;
    drawn.push_back(static_cast<std::uint32_t>(i));
    regression.add(draws.weight[i], draws.events[i]);
  }
  return regression;
}

std::vector<double> isotonic_values(const std::vector<tie_group>& groups) {
  isotonic_regression regression;
  for (const tie_group& group : groups) regression.add(group.weight, group.events);
  std::vector<double> values(groups.size());
  for (std::size_t j = 0; j < regression.blocks().size(); ++j)
    for (std::size_t i = regression.blocks()[j].first; i < regression.end(j); ++i)
      values[i] = regression.blocks()[j].mean;
  return values;
}

flat_pieces pieces_of(const group_draws& draws) {
  std::vector<std::uint32_t> drawn;
  const isotonic_regression regression = regression_of(draws, drawn);
  flat_pieces pieces;
  pieces.reserve(regression.blocks().size());
  for (std::size_t j = 0; j < regression.blocks().size(); ++j) {
    const isotonic_block& block = regression.blocks()[j];
    pieces.push_back({drawn[block.first], drawn[regression.end(j) - 1], block.mean});
  }
  return pieces;
}

piece_reader::piece_reader(const flat_pieces& pieces, std::size_t first_group) : pieces_(&pieces) {
  const auto above = std::partition_point(
      pieces.begin(), pieces.end(), [&](const flat_piece& piece) { return piece.first <= first_group; });
  piece_ = above == pieces.begin() ? 0 : static_cast<std::size_t>(above - pieces.begin()) - 1;
}

double piece_reader::at(const std::vector<tie_group>& groups, std::size_t group) {
  while (piece_ + 1 < pieces_->size() && (*pieces_)[piece_ + 1].first <= group) ++piece_;
  const flat_piece& piece = (*pieces_)[piece_];
  if (group <= piece.last || piece_ + 1 == pieces_->size()) return piece.value;
  const flat_piece& next = (*pieces_)[piece_ + 1];
  const double left = groups[piece.last].x, right = groups[next.first].x;
  const double share = (groups[group].x - left) / (right - left);
  return std::min(piece.value + (next.value - piece.value) * share, next.value);
}

}  // namespace assay::inline v1::calibration::internal
