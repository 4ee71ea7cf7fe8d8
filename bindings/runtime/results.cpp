#include "results.hpp"

namespace assay::bindings {

void results::clear() {
  cells_.clear();
  arrays_.clear();
  kept_.clear();
}

cell& results::next(cell_kind kind, const member_name* name) {
  cell& made = cells_.emplace_back();
  made.kind = kind;
  made.name = name;
  return made;
}

void results::member(bool value, const member_name* name) {
  next(cell_kind::boolean, name).number = value ? 1.0 : 0.0;
}

void results::member(std::int64_t value, const member_name* name) {
  cell& made = next(cell_kind::integer, name);
  made.bits = static_cast<std::uint64_t>(value);
  made.type = value < 0 ? 1 : 0;
}

void results::member(std::uint64_t value, const member_name* name) {
  next(cell_kind::integer, name).bits = value;
}

void results::member(const array& value, const member_name* name) {
  cell& made = next(cell_kind::array, name);
  made.type = static_cast<std::uint32_t>(value.type());
  made.rank = static_cast<std::uint32_t>(value.rank());
  for (std::size_t axis = 0; axis < array_view::k_max_rank; ++axis) made.extents[axis] = value.extent(axis);
  made.data = value.bytes();
}

void results::member(const std::vector<std::byte>& value, const member_name* name) {
  cell& made = next(cell_kind::bytes, name);
  made.data = value.data();
  made.length = value.size();
}

void results::text(std::string_view value, const member_name* name) {
  cell& made = next(cell_kind::text, name);
  made.data = value.data();
  made.length = value.size();
}

}  // namespace assay::bindings
