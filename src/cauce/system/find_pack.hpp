// Where a pack is, by its folder or its name, so that commands work from any folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cauce::system {

inline constexpr std::string_view default_pack = "northern-triangle";

/// The folder of the running program; empty where the system does not tell.
std::filesystem::path program_folder();

/// The folders in which packs are looked for by name, in order: $CAUCE_SYSTEMS, systems/ of this
/// folder or the nearest above it that has one, what was installed beside the program
/// (../share/cauce/systems), and the source tree (../../../systems).
std::vector<std::filesystem::path> pack_folders();

/// `name` itself when it is a folder with a system.toml, else the pack of that name in one of
/// `pack_folders` or, after them, in `besides`. Throws Error P325 (there is none: where it was
/// looked for, near miss).
std::filesystem::path find_pack(const std::string& name,
                                const std::vector<std::filesystem::path>& besides = {});

} // namespace cauce::system
