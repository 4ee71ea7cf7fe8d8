#include "assay/tournament/philox.hpp"

#include <algorithm>

#include "assay/core/check.hpp"
#include "assay/core/rng.hpp"

namespace assay::inline v1::tournament {
namespace {

template <std::size_t Count>
std::array<std::uint32_t, Count> words(const checker& check, const integer_view& values,
                                       std::string_view name) {
  check.not_empty(values, name);
  check.length(values, name, Count, "32-bit words");
  std::array<std::uint32_t, Count> result{};
  for (std::size_t i = 0; i < Count; ++i) {
    if (values(i) < 0.0)
      check.fail_value(
          error_code::out_of_range, name,
          "[" + std::to_string(i) + "] is " + text_of(values(i)) + ", must lie in 0..4294967295");
    result[i] = static_cast<std::uint32_t>(values(i));
  }
  return result;
}

}  // namespace

array philox4x32(integer_view counter, integer_view key) {
  const checker check("philox4x32");
  const auto random = philox4x32_10(words<4>(check, counter, "counter"), words<2>(check, key, "key"));
  array result(dtype::uint32, {random.size()});
  std::ranges::copy(random, result.values<std::uint32_t>().begin());
  return result;
}

}  // namespace assay::inline v1::tournament
