#include "cauce/system/find_pack.hpp"

#include "cauce/base/diagnostics.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace cauce::system {

namespace fs = std::filesystem;

fs::path program_folder() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  return problem ? fs::path() : program.parent_path();
}

std::vector<fs::path> pack_folders() {
  std::vector<fs::path> folders;
  // Read once, before any thread of ours changes the environment (none does).
  if (const char* own = std::getenv("CAUCE_SYSTEMS"); own != nullptr && *own != '\0') // NOLINT
    folders.emplace_back(own);
  folders.emplace_back("systems");
  std::error_code problem;
  const fs::path here = fs::current_path(problem);
  for (fs::path above = here; !fs::is_directory(folders.back(), problem);) {
    if (above == above.parent_path())
      break; // none up to the root
    above = above.parent_path();
    if (fs::is_directory(above / "systems", problem))
      folders.push_back(above / "systems");
  }
  if (const fs::path program = program_folder(); !program.empty()) {
    folders.push_back((program / "../share/cauce/systems").lexically_normal());
    folders.push_back((program / "../../../systems").lexically_normal());
  }
  return folders;
}

fs::path find_pack(const std::string& name, const std::vector<fs::path>& besides) {
  std::error_code ignored;
  if (fs::is_regular_file(fs::path(name) / "system.toml", ignored))
    return name;
  std::string looked;
  std::vector<std::string> known;
  std::vector<fs::path> folders = pack_folders();
  folders.insert(folders.end(), besides.begin(), besides.end());
  for (const fs::path& folder : folders) {
    looked += (looked.empty() ? "" : ", ") + folder.generic_string();
    // Only a plain name is looked for: anything else is a path, and that was tried.
    if (fs::path(name).filename() == name &&
        fs::is_regular_file(folder / name / "system.toml", ignored))
      return folder / name;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
      if (fs::is_regular_file(entry.path() / "system.toml", ignored))
        known.push_back(entry.path().filename().string());
    }
  }
  const std::string near = did_you_mean(name, known);
  throw Error("P325", {name},
              fmt::format("there is no pack here, and none of this name in {}", looked),
              near.empty() ? "give the folder that holds system.toml" : near);
}

} // namespace cauce::system
