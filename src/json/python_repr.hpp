// Values as Python's repr() writes them: what the strings of a comparison are made of.
#pragma once

#include <string>
#include <string_view>

namespace reel::json {

// 1000.0, 1.5, 1e+16, 1e-05: the shortest digits that read back.
void append_python_float(std::string& out, double value);
// 'it\'s', "it's". What is not printable is escaped: control characters, the other separators and
// blanks, U+00AD, what lies outside of the assigned planes. (Python knows the Unicode database;
// characters that it calls unprintable beyond these come out as they are.)
void append_python_string(std::string& out, std::string_view text);
// A JSON value, with None, True and False. Text that is no JSON comes out as it is.
void append_python_json(std::string& out, std::string_view json);

}  // namespace reel::json
