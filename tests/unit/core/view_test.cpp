#include "assay/core/view.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace assay {
namespace {

std::vector<double> copied(const array_view& view) {
  std::vector<double> result(view.size());
  view.copy_to(result.data());
  return result;
}

TEST(array_view, copies_all_axes_with_the_last_one_fastest) {
  std::vector<float> values(24);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  const array_view whole(values.data(), dtype::float32, 4, {2, 3, 2, 2});
  const auto dense = copied(whole);
  for (std::size_t i = 0; i < dense.size(); ++i) EXPECT_EQ(dense[i], static_cast<double>(i));
  // axes turned round: element (i, j) of the view is element (j, i) of a 6 x 4 matrix
  const array_view turned(values.data(), dtype::float32, 2, {4, 6}, {1, 4});
  const auto columns = copied(turned);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 6; ++j) EXPECT_EQ(columns[6 * i + j], static_cast<double>(4 * j + i));
}

TEST(array_view, copies_every_type_and_stride) {
  const std::vector<std::int16_t> values = {-3, 9, 5, 9, 7};
  EXPECT_EQ(copied(array_view(values.data(), dtype::int16, 1, {3}, {2})), (std::vector<double>{-3, 5, 7}));
  const std::vector<std::uint8_t> bytes = {255, 0, 1};
  EXPECT_EQ(copied(array_view(bytes.data() + 2, dtype::uint8, 1, {3}, {-1})),
            (std::vector<double>{1, 0, 255}));
  EXPECT_EQ(copied(array_view(bytes.data(), dtype::uint8, 1, {0})), std::vector<double>{});
}

}  // namespace
}  // namespace assay
