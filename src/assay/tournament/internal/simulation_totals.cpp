#include "assay/tournament/internal/simulation_totals.hpp"

namespace assay::inline v1::tournament::detail {
namespace {

template <class T>
void add_all(std::vector<T>& sums, const std::vector<T>& terms) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += terms[i];
}

}  // namespace

void simulation_totals::merge(const simulation_totals& other) {
  tournaments += other.tournaments;
  add_all(points, other.points);
  add_all(squares, other.squares);
  add_all(leavers, other.leavers);
  add_all(matches, other.matches);
  for (std::size_t i = 0; i < ranks.size(); ++i) ranks[i].add(other.ranks[i].whole, other.ranks[i].rest);
}

double simulation_totals::mean(std::size_t player) const {
  return static_cast<double>(points[player]) / (2.0 * static_cast<double>(tournaments));
}

double simulation_totals::variance(std::size_t player) const {
  const wide n = tournaments;
  const wide sum = points[player];
  // n sum(x^2) - sum(x)^2 without rounding: no cancellation, however small the spread.
  return static_cast<double>(n * squares[player] - sum * sum) / static_cast<double>(4 * n * (n - 1));
}

void simulation_totals::write(byte_writer& out) const {
  out.u64(tournaments);
  for (const std::uint64_t sum : points) out.u64(sum);
  for (const wide sum : squares) {
    out.u64(static_cast<std::uint64_t>(sum));
    out.u64(static_cast<std::uint64_t>(sum >> 64));
  }
  for (const rank_sum& sum : ranks) {
    out.u64(sum.whole);
    out.u64(sum.rest);
  }
  for (const std::uint64_t count : leavers) out.u64(count);
  for (const std::uint64_t count : matches) out.u64(count);
}

void simulation_totals::read(byte_reader& in) {
  tournaments = in.u64();
  for (std::uint64_t& sum : points) sum = in.u64();
  for (wide& sum : squares) {
    const std::uint64_t low = in.u64();
    sum = static_cast<wide>(in.u64()) << 64 | low;
  }
  for (rank_sum& sum : ranks) {
    sum.whole = in.u64();
    sum.rest = in.u64();
    if (sum.rest >= k_whole_rank) in.fail("hold a share of a rank that is too large");
  }
  for (std::uint64_t& count : leavers) count = in.u64();
  for (std::uint64_t& count : matches) count = in.u64();
}

}  // namespace assay::inline v1::tournament::detail
