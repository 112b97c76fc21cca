// XMILE identifiers: which spellings are one name (XMILE 1.0 section 3.2.2).
#pragma once

#include <string>
#include <string_view>

namespace cauce::conditions {

/// The form by which names are compared: enclosing quotes removed, escapes (\n, \", \\) read,
/// runs of spaces, underscores, line breaks and non-breaking spaces made one underscore, letters
/// folded to lower case (Latin, Greek and Cyrillic; other scripts stay as they are).
std::string canonical_name(std::string_view text);

/// As shown to people: like the file, with escapes and line breaks as single spaces.
std::string display_name(std::string_view text);

} // namespace cauce::conditions
