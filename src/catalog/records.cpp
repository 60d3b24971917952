// The text form of reel.store, catalog and arena.ref:
//
//   file     = title LF *(key SP value LF) "checksum" SP 16HEXDIG LF
//   key      = 1*( any byte but SP, LF )
//   value    = *( any byte but LF, "\" / "\n" (a newline) / "\\" (a backslash) )
//   16HEXDIG = XXH3-64 of every byte before the line "checksum", lower case
//
// There is one way to write a given content, so a file that decodes is byte for byte what encode
// wrote: no flip, cut or addition goes unnoticed.
#include <array>

#include "base/checksum.hpp"
#include "catalog/catalog.hpp"
#include "catalog/text.hpp"

namespace reel::catalog {
namespace {

constexpr std::string_view kChecksumKey = "checksum ";
constexpr std::size_t kChecksumLineBytes = kChecksumKey.size() + kHexDigits + 1;

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out.push_back(c);
    }
  }
}

std::optional<std::string> plain_value(std::string_view escaped) {
  std::string value;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\') {
      value.push_back(escaped[i]);
      continue;
    }
    if (++i == escaped.size()) return std::nullopt;
    if (escaped[i] != 'n' && escaped[i] != '\\') return std::nullopt;
    value.push_back(escaped[i] == 'n' ? '\n' : '\\');
  }
  return value;
}

Error damaged(const std::string& file, std::size_t offset, std::string_view what) {
  Error error;
  error.code = ErrorCode::damaged;
  error.file = file;
  error.offset = offset;
  error.message = what;
  error.message += "; restore this file from a copy of the store, or run `reel recover`";
  return error;
}

// The bytes before the checksum line, or empty when that line is not as it must be.
std::string_view checked_body(std::string_view text) {
  if (text.size() < kChecksumLineBytes) return {};
  const std::string_view body = text.substr(0, text.size() - kChecksumLineBytes);
  std::string expected(kChecksumKey);
  expected += hex64(base::checksum64(body));
  expected += '\n';
  return text.substr(body.size()) == expected ? body : std::string_view();
}

}  // namespace

std::string encode_records(std::string_view title, const Records& records) {
  std::string text(title);
  text += '\n';
  for (const auto& [key, value] : records) {
    text += key;
    text += ' ';
    append_value(text, value);
    text += '\n';
  }
  const std::string sum = hex64(base::checksum64(text));
  text += kChecksumKey;
  text += sum;
  text += '\n';
  return text;
}

Result<Records> decode_records(std::string_view title, std::string_view text,
                               const std::string& file) {
  std::string_view body = checked_body(text);
  if (body.empty()) return damaged(file, 0, "this file does not match its checksum");
  const std::string first_line = std::string(title) + '\n';
  if (!body.starts_with(first_line)) return damaged(file, 0, "this file is not what its name says");
  body.remove_prefix(first_line.size());

  Records records;
  while (!body.empty()) {
    const auto offset = static_cast<std::size_t>(body.data() - text.data());
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) return damaged(file, offset, "this file's last line is cut");
    const std::string_view line = body.substr(0, end);
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos) {
      return damaged(file, offset, "a line of this file has no key and value");
    }
    auto value = plain_value(line.substr(space + 1));
    if (!value) return damaged(file, offset, "a line of this file has a broken escape");
    records.emplace_back(line.substr(0, space), *std::move(value));
    body.remove_prefix(end + 1);
  }
  return records;
}

}  // namespace reel::catalog
