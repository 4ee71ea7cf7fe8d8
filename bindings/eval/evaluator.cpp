#include "eval/evaluator.hpp"

#include <exception>

#include "assay/core/error.hpp"
#include "runtime/unknown.hpp"

namespace assay::bindings {
namespace {

// Keys of a class's arguments that are not its constructor's.
constexpr std::string_view k_calls = "calls";    // [{"method", "args"}, ...]
constexpr std::string_view k_create = "create";  // {"method", "args"}: a factory instead of the constructor
constexpr std::string_view k_query = "query";    // for models: what to transform

const json k_no_arguments = json::object();

[[noreturn]] void fail_request(const char* message) {
  throw value_error(error_code::malformed_request, "", "request", message);
}

const json& object_at(const json& value, std::string_view key) {
  const auto found = value.find(key);
  if (found == value.end()) return k_no_arguments;
  if (!found->is_object()) fail_request("must hold its arguments as an object");
  return *found;
}

const std::string& text_at(const json& value, std::string_view key, const char* otherwise) {
  const auto found = value.is_object() ? value.find(key) : value.end();
  if (!value.is_object() || found == value.end() || !found->is_string()) fail_request(otherwise);
  return found->get_ref<const std::string&>();
}

std::uint32_t flags_of(const json& request) {
  const auto found = request.find("dtype");
  if (found == request.end() || *found == "float64") return k_json_values;
  if (*found == "float32") return k_json_values | k_float32;
  fail_request("has a dtype that is neither float64 nor float32");
}

bool fits(const function_entry& entry, const json& args) {
  for (std::size_t i = 0; i < entry.required; ++i)
    if (!args.contains(entry.arguments[i])) return false;
  for (auto given = args.begin(); given != args.end(); ++given) {
    bool known = false;
    for (const std::string_view name : entry.arguments) known = known || name == given.key();
    if (!known) return false;
  }
  return true;
}

bool names(std::string_view domain, std::string_view name, const std::string& asked) {
  return asked == name || asked == std::string(domain) + "." + std::string(name);
}

const function_entry* find_entry(std::span<const function_entry* const> entries, const std::string& name) {
  for (const function_entry* entry : entries)
    if (entry->name == name) return entry;
  return nullptr;
}

const function_entry& method_of(std::span<const function_entry* const> entries, const std::string& name,
                                const class_entry& owner) {
  if (const function_entry* found = find_entry(entries, name)) return *found;
  std::vector<std::string_view> known;
  for (const function_entry* entry : entries) known.push_back(entry->name);
  fail_unknown_method(owner.name, name, known);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all = "[";
  for (const std::string& text : texts) all += (all.size() == 1 ? "" : ",") + text;
  return all + "]";
}

// Requests nest a few levels; what nests more would only use up the stack.
bool nests_deeply(std::string_view line) {
  constexpr int k_deepest = 100;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"')
      quoted = !quoted;
    else if (quoted && line[i] == '\\')
      ++i;
    else if (!quoted && (line[i] == '[' || line[i] == '{') && ++depth > k_deepest)
      return true;
    else if (!quoted && (line[i] == ']' || line[i] == '}'))
      --depth;
  }
  return false;
}

// The id of a request: a text, a number, true, false or null.
void append_id(std::string& text, const json& request) {
  const auto id = request.is_object() ? request.find("id") : request.end();
  if (!request.is_object() || id == request.end() || id->is_structured())
    text += "null";
  else if (id->is_number_float())
    append_number(text, id->get<double>());
  else
    text += id->dump(-1, ' ', false, json::error_handler_t::replace);
}

void append_error(std::string& text, std::string_view kind, std::string_view code, std::string_view argument,
                  std::string_view message) {
  text += "\"error\":{\"kind\":";
  append_quoted(text, kind);
  text += ",\"code\":";
  append_quoted(text, code);
  text += ",\"argument\":";
  append_quoted(text, argument);
  text += ",\"message\":";
  append_quoted(text, message);
  text += "}}";
}

}  // namespace

std::string evaluator::answer(std::string_view line) {
  const json request = nests_deeply(line) ? json() : json::parse(line, nullptr, false);
  std::string text = "{\"id\":";
  append_id(text, request);
  text += ',';
  try {
    const std::string value = evaluate(request);
    text += "\"result\":" + value + "}";
  } catch (const error& failure) {
    append_error(text, name_of(failure.kind()), name_of(failure.code()), failure.argument(), failure.what());
  } catch (const std::exception& failure) {
    append_error(text, "internal", "internal", "", failure.what());
  }
  objects_ = object_table();
  return text;
}

std::string evaluator::evaluate(const json& request) {
  if (!request.is_object()) fail_request("is not a JSON object");
  if (request.contains("id") && request["id"].is_structured())
    fail_request("has an id that is an array or an object");
  const std::string& name = text_at(request, "function", "names no function");
  const json& args = object_at(request, "args");
  const std::uint32_t flags = flags_of(request);
  if (const function_entry* entry = find_function(name, args)) {
    return call_text(*entry, args, 0, flags);
  }
  if (const class_entry* entry = find_class(name)) return evaluate_class(*entry, args, flags);
  fail_unknown(name);
}

const function_entry* evaluator::find_function(const std::string& name, const json& args) const {
  const function_entry* first = nullptr;
  for (const domain_tables& domain : tables_) {
    for (const function_entry* entry : domain.functions) {
      if (!names(entry->domain, entry->name, name)) continue;
      if (fits(*entry, args)) return entry;
      if (first == nullptr) first = entry;
    }
  }
  return first;
}

const class_entry* evaluator::find_class(const std::string& name) const {
  for (const domain_tables& domain : tables_)
    for (const class_entry* entry : domain.classes)
      if (names(entry->domain, entry->name, name)) return entry;
  return nullptr;
}

void evaluator::fail_unknown(const std::string& name) const {
  std::vector<std::string_view> known;
  for (const domain_tables& domain : tables_) {
    for (const function_entry* entry : domain.functions) known.push_back(entry->name);
    for (const class_entry* entry : domain.classes) known.push_back(entry->name);
  }
  fail_unknown_function(name, known);
}

void evaluator::run(const function_entry& entry, const json& args, std::uint32_t self, std::uint32_t flags,
                    results& out) {
  cell_maker maker;
  std::vector<cell> cells(entry.arguments.size());
  frame call;
  call.cells = cells.data();
  call.count = cells.size();
  call.flags = flags;
  call.self = self;
  for (auto given = args.begin(); given != args.end(); ++given) {
    std::size_t index = 0;
    while (index < cells.size() && entry.arguments[index] != given.key()) ++index;
    if (index < cells.size()) {
      cells[index] = maker.make(given.value());
    } else if (call.unknown == nullptr) {
      call.unknown = given.key().data();
      call.unknown_length = given.key().size();
    }
  }
  // merge(other): the object to merge is described by the arguments that make it.
  const class_entry* owner =
      self == 0 ? nullptr : find_class(std::string(entry.blamed.substr(0, entry.blamed.find('.'))));
  if (owner != nullptr && entry.name == "merge" && args.contains("other") && args["other"].is_object()) {
    std::vector<std::string> texts;
    cells[0] = {};
    cells[0].kind = cell_kind::handle;
    cells[0].bits = make_object(*owner, args["other"], flags, texts);
  }
  arguments in(entry.blamed, entry.arguments, call, objects_, threads_);
  entry.invoke(in, out);
}

std::string evaluator::call_text(const function_entry& entry, const json& args, std::uint32_t self,
                                 std::uint32_t flags) {
  results out;
  run(entry, args, self, flags, out);
  std::string text;
  append_json(text, {out.first(), out.size()}, 0);
  return text;
}

std::uint32_t evaluator::make_object(const class_entry& entry, const json& args, std::uint32_t flags,
                                     std::vector<std::string>& texts) {
  json own = args;
  for (const std::string_view key : {k_calls, k_create, k_query}) own.erase(std::string(key));
  results made;
  if (args.contains(k_create)) {
    const json& create = args[std::string(k_create)];
    const std::string& method = text_at(create, "method", "has a create without a method");
    run(method_of(entry.factories, method, entry), object_at(create, "args"), 0, flags, made);
  } else {
    run(*entry.make, own, 0, flags, made);
  }
  const auto self = static_cast<std::uint32_t>(made.first()->bits);
  if (!args.contains(k_calls)) return self;
  const json& calls = args[std::string(k_calls)];
  if (!calls.is_array()) fail_request("must hold its calls as an array");
  for (const json& call : calls) {
    const std::string& method = text_at(call, "method", "has a call without a method");
    texts.push_back(call_text(method_of(entry.methods, method, entry), object_at(call, "args"), self, flags));
  }
  return self;
}

std::string evaluator::evaluate_class(const class_entry& entry, const json& args, std::uint32_t flags) {
  std::vector<std::string> texts;
  const std::uint32_t self = make_object(entry, args, flags, texts);
  if (args.contains(k_calls)) return joined(texts);
  if (entry.role != class_role::model) {
    return call_text(method_of(entry.methods, "value", entry), k_no_arguments, self, flags);
  }
  std::string text = call_text(method_of(entry.methods, "parameters", entry), k_no_arguments, self, flags);
  const auto query = args.find(k_query);
  if (query == args.end()) return text;
  const function_entry& transform = method_of(entry.methods, "transform", entry);
  const json argument = {{std::string(transform.arguments[0]), *query}};
  text.back() = ',';
  return text + "\"query\":" + call_text(transform, argument, self, flags) + "}";
}

}  // namespace assay::bindings
