#include "assay/tournament/win_tensor.hpp"

#include <vector>

#include "support/compare.hpp"

namespace assay::tournament {
namespace {

using testing::expect_error;
const std::vector<double> three_players = {1, 5, 2, 5, 3, 4};  // two benchmarks each
const matrix_view scores(three_players, 3, 2);

TEST(win_tensor, gives_the_point_to_the_better_score) {
  const array wins = win_tensor(scores);
  ASSERT_EQ(wins.rank(), 3U);
  EXPECT_BITS(wins(1, 0, 0), 1.0);
  EXPECT_BITS(wins(0, 1, 0), 0.0);
  EXPECT_BITS(wins(0, 2, 1), 1.0);
}

TEST(win_tensor, splits_the_point_of_equal_scores_or_gives_none) {
  EXPECT_BITS(win_tensor(scores)(0, 1, 1), 0.5);
  EXPECT_BITS(win_tensor(scores)(1, 0, 1), 0.5);
  EXPECT_BITS(win_tensor(scores, {.ties = tie_rule::none})(0, 1, 1), 0.0);
}

TEST(win_tensor, lets_nobody_meet_himself) {
  const array wins = win_tensor(scores);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 2; ++k) EXPECT_BITS(wins(i, i, k), 0.0);
}

TEST(win_tensor, turns_benchmarks_where_smaller_is_better) {
  const std::vector<std::int32_t> directions = {1, 0};
  const array turned = win_tensor(scores, {.higher_is_better = directions});
  const array plain = win_tensor(scores);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_BITS(turned(i, j, 0), plain(i, j, 0));
      EXPECT_BITS(turned(i, j, 1), plain(j, i, 1));
    }
  }
}

TEST(win_tensor, refuses_bad_scores_and_directions) {
  const std::vector<double> infinite = {1, 2, 3, HUGE_VAL};
  const std::vector<std::int32_t> short_directions = {1};
  const std::vector<std::int32_t> bad_directions = {1, 2};
  expect_error([] { win_tensor(matrix_view(three_players, 0, 2)); }, error_kind::shape,
               error_code::empty_input, "scores", "empty");
  expect_error([&] { win_tensor(matrix_view(infinite, 2, 2)); }, error_kind::value, error_code::non_finite,
               "scores", "[1, 1] is Infinity");
  expect_error([&] { win_tensor(scores, {.higher_is_better = short_directions}); }, error_kind::shape,
               error_code::length_mismatch, "higher_is_better", "has 1 element, needs 2");
  expect_error([&] { win_tensor(scores, {.higher_is_better = bad_directions}); }, error_kind::value,
               error_code::bad_label, "higher_is_better", "[1] is 2");
}

}  // namespace
}  // namespace assay::tournament
