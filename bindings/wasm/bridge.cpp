#include "bridge.hpp"

#include <emscripten/bind.h>
#include <emscripten/em_js.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/error.hpp"
#include "runtime/unknown.hpp"

// Tells the page (bindings/js/module.ts) how far a long call has come.
EM_JS(void, assay_tell_progress, (double done, double total), { Module["tellProgress"](done, total); });

namespace assay::bindings {
namespace {

// What went wrong, as JavaScript reads it (bindings/js/call.ts): addresses of texts that end in a zero.
struct error_record {
  const char* kind;
  const char* code;
  const char* function;
  const char* argument;
  const char* message;
  std::uint32_t bytes;  // asked for in vain, when kind is "memory"
};

error_record g_record;
std::string g_texts[3];
std::size_t g_last_request = 0;

// Leaked on purpose: objects live as long as the module, and nothing runs at its end.
object_table& objects() {
  static auto* table = new object_table;
  return *table;
}

results& answer() {
  static auto* kept = new results;
  return *kept;
}

void record(const char* kind, const char* code, std::string_view function, std::string_view argument,
            std::string_view message) {
  g_texts[0] = function;
  g_texts[1] = argument;
  g_texts[2] = message;
  g_record = {kind,
              code,
              g_texts[0].c_str(),
              g_texts[1].c_str(),
              g_texts[2].c_str(),
              static_cast<std::uint32_t>(g_last_request)};
}

// Lets the JavaScript evaluator refuse a name in the words of assay-eval: `known` holds the names, one a
// line.
void invoke_unknown(arguments& in, results&) {
  std::string_view name;
  std::string_view known;
  std::string_view owner;
  in.required(0, name);
  in.required(1, known);
  in.optional(2, owner);
  std::vector<std::string_view> names;
  for (std::size_t end = 0; end != std::string_view::npos;
       known.remove_prefix(end == std::string_view::npos ? 0 : end + 1)) {
    end = known.find('\n');
    names.push_back(known.substr(0, end));
  }
  if (owner.empty()) fail_unknown_function(name, names);
  fail_unknown_method(owner, name, names);
}

constexpr std::array<std::string_view, 3> k_unknown_arguments = {"name", "known", "owner"};

}  // namespace

extern const function_entry k_unknown;
const function_entry k_unknown{"core", "unknown", "unknown", k_unknown_arguments, 2, &invoke_unknown};

std::uintptr_t enter(const function_entry& entry, std::uintptr_t address) noexcept {
  const frame& call = *reinterpret_cast<const frame*>(address);
  results& out = answer();
  out.clear();
  try {
    arguments in(entry.blamed, entry.arguments, call, objects(), 1);
    if ((call.flags & k_watched) != 0) {
      in.conditions().on_progress = [](const progress& now) {
        assay_tell_progress(static_cast<double>(now.done), static_cast<double>(now.total));
      };
    }
    entry.invoke(in, out);
    return reinterpret_cast<std::uintptr_t>(out.first());
  } catch (const error& failure) {
    record(name_of(failure.kind()).data(), name_of(failure.code()).data(), failure.function(),
           failure.argument(), failure.what());
  } catch (const std::bad_alloc&) {
    record("memory", "", entry.blamed, "", "out of memory");
  } catch (const std::exception& failure) {
    record("internal", "", entry.blamed, "", failure.what());
  }
  out.clear();
  return 0;
}

void note_request(std::size_t bytes) noexcept { g_last_request = bytes; }

EMSCRIPTEN_BINDINGS(assay_core) {
  emscripten::function("core.unknown", &exported<k_unknown>);
  emscripten::function(
      "core.error", +[] { return reinterpret_cast<std::uintptr_t>(&g_record); });
  emscripten::function(
      "core.allocate",
      +[](std::uint32_t bytes) { return reinterpret_cast<std::uintptr_t>(std::malloc(bytes)); });
  emscripten::function(
      "core.free", +[](std::uintptr_t address) { std::free(reinterpret_cast<void*>(address)); });
  emscripten::function(
      "core.release", +[](std::uint32_t handle) { objects().release(handle); });
  emscripten::function(
      "core.clear", +[] { answer().clear(); });
  emscripten::function(
      "core.objects", +[] { return static_cast<std::uint32_t>(objects().size()); });
}

}  // namespace assay::bindings

// The allocating operators, only to know how many bytes were refused: std::bad_alloc does not say.
namespace {

void* allocated(void* memory, std::size_t bytes) {
  if (memory != nullptr) return memory;
  assay::bindings::note_request(bytes);
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return allocated(std::malloc(bytes == 0 ? 1 : bytes), bytes); }

void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  const std::size_t whole = (bytes + step - 1) / step * step;
  return allocated(whole < bytes ? nullptr : std::aligned_alloc(step, whole == 0 ? step : whole), bytes);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
