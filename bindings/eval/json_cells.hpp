// JSON values as the cells of a call, and cells of a result as JSON text.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "runtime/cell.hpp"

namespace assay::bindings {

using json = nlohmann::ordered_json;

/// Makes cells of JSON values and keeps the numbers of their arrays. The JSON must outlive the cells.
class cell_maker {
 public:
  cell make(const json& value);

 private:
  cell array_cell(const json& value);
  void flatten(const json& value, std::size_t depth, cell& made, std::vector<double>& numbers);

  std::deque<std::vector<double>> arrays_;
};

/// Appends the JSON text of the value that begins at cells[at]; returns the index behind it.
std::size_t append_json(std::string& text, std::span<const cell> cells, std::size_t at);
/// Appends `text` in quotes.
void append_quoted(std::string& text, std::string_view value);
/// Appends a number as JavaScript writes it, and "NaN", "Infinity", "-Infinity" in quotes; -0 keeps its sign.
void append_number(std::string& text, double value);

}  // namespace assay::bindings
