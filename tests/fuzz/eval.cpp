// Lines of the eval protocol: any bytes give one line of JSON, the same on every instruction set.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "assay/core/isa.hpp"
#include "eval/evaluator.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static assay::bindings::evaluator evaluator(1);
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (line.find('\n') != std::string_view::npos) return 0;
  std::string first;
  for (const assay::isa set : assay::available_isas()) {
    assay::set_isa(set);
    const std::string answer = evaluator.answer(line);
    if (!nlohmann::json::accept(answer) || answer.find('\n') != std::string::npos) std::abort();
    if (first.empty()) first = answer;
    if (answer != first) std::abort();
  }
  return 0;
}
