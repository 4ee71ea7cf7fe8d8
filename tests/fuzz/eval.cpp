// Lines of the eval protocol: any bytes give one line of JSON, and the same line again for the same bytes.
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "eval/evaluator.hpp"

namespace {

// Whether a number has five digits before its point, or an exponent: counts of that size would only be a slow
// run.
bool asks_for_much(std::string_view line) {
  int digits = 0;
  bool fraction = false;
  for (const char c : line) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digits > 0 && (c == 'e' || c == 'E')) return true;
    fraction = digit ? fraction : c == '.';
    digits = digit && !fraction ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static assay::bindings::evaluator evaluator(1);
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (line.find('\n') != std::string_view::npos || asks_for_much(line)) return 0;
  const std::string answer = evaluator.answer(line);
  if (!nlohmann::json::accept(answer) || answer.find('\n') != std::string::npos) std::abort();
  if (evaluator.answer(line) != answer) std::abort();
  return 0;
}
