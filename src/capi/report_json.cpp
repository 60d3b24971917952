#include "capi/report_json.hpp"

#include "json/object_writer.hpp"

namespace reel::capi {
namespace {

using json::ObjectWriter;

template <class Item, class Append>
void append_array(std::string& out, const std::vector<Item>& items, Append append) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append(items[i]);
  }
  out += ']';
}

void append_damage(std::string& out, const std::vector<Damage>& damage) {
  append_array(out, damage, [&out](const Damage& at) {
    ObjectWriter w(out);
    w.string("file", at.file);
    w.count("offset", at.offset);
    w.count("bytes", at.bytes);
    w.string("what", at.what);
    w.close();
  });
}

void append_strings(std::string& out, const std::vector<std::string>& texts) {
  append_array(out, texts, [&out](const std::string& text) { json::append_string(out, text); });
}

void append_divergence(std::string& out, const Divergence& at) {
  const auto count_or_null = [](ObjectWriter& w, const char* name, const auto& seq) {
    seq ? w.count(name, *seq) : w.null(name);
  };
  ObjectWriter w(out);
  w.count("token", at.token);
  w.count("content_offset", at.content_offset);
  count_or_null(w, "seq_a", at.seq_a);
  count_or_null(w, "seq_b", at.seq_b);
  w.string_or_null("a", at.a);
  w.string_or_null("b", at.b);
  w.close();
}

}  // namespace

std::string damage_json(const std::vector<Damage>& damage) {
  std::string out;
  append_damage(out, damage);
  return out;
}

std::string verify_json(const VerifyReport& report) {
  std::string out;
  ObjectWriter w(out);
  w.boolean("ok", report.ok);
  append_damage(w.key("damage"), report.damage);
  w.count("files", report.files);
  w.count("bytes", report.bytes);
  w.count("blocks", report.blocks);
  w.count("events", report.events);
  append_strings(w.key("notes"), report.notes);
  w.close();
  return out;
}

std::string comparison_json(const Comparison& comparison,
                            const std::optional<Divergence>& divergence) {
  std::string out;
  ObjectWriter w(out);
  w.boolean("identical", comparison.identical);
  append_strings(w.key("fields"), comparison.fields);
  append_strings(w.key("differences"), comparison.differences);
  if (divergence) {
    append_divergence(w.key("first_divergence"), *divergence);
  } else {
    w.null("first_divergence");
  }
  w.close();
  return out;
}

}  // namespace reel::capi
