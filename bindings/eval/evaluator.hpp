// One line of the eval protocol in, one line out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eval/json_cells.hpp"
#include "eval/tables.hpp"
#include "runtime/objects.hpp"

namespace assay::bindings {

class evaluator {
 public:
  explicit evaluator(unsigned threads) : tables_(all_tables()), threads_(threads) {}

  /// The answer to a request, without the line's end; never throws but for want of memory.
  std::string answer(std::string_view line);

 private:
  /// The result of a request as JSON text.
  std::string evaluate(const json& request);
  const function_entry* find_function(const std::string& name, const json& args) const;
  const class_entry* find_class(const std::string& name) const;
  [[noreturn]] void fail_unknown(const std::string& name) const;

  /// Runs an entry; the cells of the result lie in `out`. `handles` stand for arguments that are objects.
  void run(const function_entry& entry, const json& args, std::uint32_t self, std::uint32_t flags,
           results& out);
  std::string evaluate_class(const class_entry& entry, const json& args, std::uint32_t flags);
  /// An object from the arguments of its constructor (or of `create`), after its `calls`; their results go to
  /// `texts`.
  std::uint32_t make_object(const class_entry& entry, const json& args, std::uint32_t flags,
                            std::vector<std::string>& texts);
  std::string call_text(const function_entry& entry, const json& args, std::uint32_t self,
                        std::uint32_t flags);

  std::vector<domain_tables> tables_;
  object_table objects_;
  unsigned threads_;
};

}  // namespace assay::bindings
