#include "assay/calibration/internal/refitted_curves.hpp"

#include <algorithm>

#include "assay/calibration/internal/replicates.hpp"
#include "assay/core/parallel.hpp"

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

flat_pieces pieces_of(const isotonic_regression& regression, const std::vector<std::uint32_t>& drawn) {
  flat_pieces pieces;
  pieces.reserve(regression.blocks().size());
  for (std::size_t j = 0; j < regression.blocks().size(); ++j) {
    const isotonic_block& block = regression.blocks()[j];
    pieces.push_back({drawn[block.first], drawn[regression.end(j) - 1], block.mean});
  }
  return pieces;
}

flat_pieces pieces_of(const group_draws& draws) {
  std::vector<std::uint32_t> drawn;
  return pieces_of(regression_of(draws, drawn), drawn);
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

curve_band band_of_curves(const context& ctx, const char* function, const std::vector<flat_pieces>& curves,
                          const std::vector<tie_group>& groups, double level) {
  constexpr std::size_t points_at_once = 256;
  curve_band result{std::vector<double>(groups.size()), std::vector<double>(groups.size())};
  for_chunks(ctx, function, groups.size(), points_at_once, [&](chunk part) {
    std::vector<piece_reader> readers;
    readers.reserve(curves.size());
    for (const auto& curve : curves) readers.emplace_back(curve, part.first);
    std::vector<double> values(curves.size());
    for (std::size_t i = part.first; i < part.last; ++i) {
      for (std::size_t b = 0; b < values.size(); ++b) values[b] = readers[b].at(groups, i);
      const auto ends = central_percentiles(values, level);
      result.lower[i] = ends.lower;
      result.upper[i] = ends.upper;
    }
  });
  return result;
}

curve_band resampled_band(const context& ctx, const char* function, const row_groups& rows,
                          const std::vector<double>& centre, const corp_band_options& options) {
  const consistency_draws draws(rows, centre, options.seed);
  std::vector<flat_pieces> curves(static_cast<std::size_t>(options.n_boot));
  for_chunks(ctx, function, curves.size(), 1, [&](chunk part) {
    group_draws drawn;
    draws.draw(part.index, drawn);
    curves[part.index] = pieces_of(drawn);
  });
  return band_of_curves(ctx, function, curves, rows.groups, options.level);
}

}  // namespace assay::inline v1::calibration::internal
