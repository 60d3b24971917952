#include "store/event_check.hpp"

#include <string>
#include <type_traits>
#include <utility>

#include "event/frame.hpp"
#include "store/refusals.hpp"

namespace reel::store {
namespace {

// The free-form object of an event, and its name; null where its type has none.
template <class Text>
struct FreeForm {
  Text* text = nullptr;
  const char* name = "";
};

template <class Body>
auto free_form(Body& body) noexcept {
  using Form = FreeForm<std::conditional_t<std::is_const_v<Body>, const std::string, std::string>>;
  if (auto* start = std::get_if<Start>(&body)) return Form{&start->options, "options"};
  if (auto* guardrail = std::get_if<Guardrail>(&body)) return Form{&guardrail->result, "result"};
  if (auto* drift = std::get_if<Drift>(&body)) return Form{&drift->result, "result"};
  if (auto* error = std::get_if<ErrorEvent>(&body)) return Form{&error->error, "error"};
  return Form{};
}

const std::optional<std::string>* delay_of(const EventBody& body) noexcept {
  const auto* retry = std::get_if<Retry>(&body);
  return retry != nullptr && retry->delay ? &retry->delay : nullptr;
}

bool has_members(const Event& event) noexcept {
  return !event.extra.empty() || !event.envelope_extra.empty() || delay_of(event.body) != nullptr;
}

Error wrong(const char* name, const std::string& why) {
  return bad_argument(std::string("the event's ") + name + ": " + why);
}

// A delay and further members are no objects of their own: the event is written as a whole and read
// again, which finds broken text, keys given twice, and a "number" that is several members.
Status check_members(json::Parser& parser, Event& event) {
  std::string parts, line;
  const EnvelopeView written{"s", 0, event::view_of(event, parts)};
  if (!json::append_envelope(line, written)) return {};  // a GAP has none
  auto read = parser.parse_line(line);
  if (!read) return wrong("members", read.error().message);
  const auto* given = delay_of(event.body);
  const auto* found = delay_of(read->event.body);
  if (given != nullptr && (found == nullptr || *found != *given)) {
    return wrong("delay", "\"" + **given + "\" is no JSON number");
  }
  event = std::move(read->event);
  return {};
}

}  // namespace

bool carries_json(const Event& event) noexcept {
  const auto form = free_form(event.body);
  return (form.text != nullptr && !form.text->empty()) || has_members(event);
}

Status check_json(json::Parser& parser, Event& event) {
  const auto form = free_form(event.body);
  if (form.text != nullptr && !form.text->empty()) {
    auto checked = parser.check_object(*form.text);
    if (!checked) return wrong(form.name, checked.error().message);
    *form.text = *std::move(checked);
  }
  return has_members(event) ? check_members(parser, event) : Status();
}

}  // namespace reel::store
