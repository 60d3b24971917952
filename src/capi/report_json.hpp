// Reports as JSON, in the shapes that the command prints with --json (docs/CLI.md); tests/tool
// holds both to each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reel/compare.hpp"
#include "reel/reader.hpp"

namespace reel::capi {

std::string damage_json(const std::vector<Damage>& damage);
std::string verify_json(const VerifyReport& report);
std::string comparison_json(const Comparison& comparison,
                            const std::optional<Divergence>& divergence);

}  // namespace reel::capi
