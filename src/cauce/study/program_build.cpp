#include "cauce/study/program_build.hpp"

#include "cauce/base/files.hpp"

#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <span>
#include <string_view>

namespace cauce::study {

namespace {
// What was loaded with the code at `address`.
struct LoadedFile {
  std::uintptr_t address = 0;
  std::string name, build_id;
};

// Each note is a head, its owner's name and its content, both filled up to words of four bytes.
std::string build_id_in(std::span<const std::byte> notes) {
  constexpr std::string_view owner("GNU\0", 4);
  const auto filled = [](std::size_t size) { return (size + 3) / 4 * 4; };
  ElfW(Nhdr) head;
  while (notes.size() >= sizeof head) {
    std::memcpy(&head, notes.data(), sizeof head);
    notes = notes.subspan(sizeof head);
    const std::size_t name = filled(head.n_namesz), content = filled(head.n_descsz);
    if (notes.size() < name + content)
      break;
    const bool ours = head.n_type == NT_GNU_BUILD_ID && head.n_namesz == owner.size() &&
                      std::memcmp(notes.data(), owner.data(), owner.size()) == 0;
    if (ours) {
      std::string text;
      for (const std::byte byte : notes.subspan(name, head.n_descsz))
        text += fmt::format("{:02x}", static_cast<unsigned>(byte));
      return text;
    }
    notes = notes.subspan(name + content);
  }
  return {};
}

int look_at(dl_phdr_info* info, std::size_t, void* asked) {
  auto& file = *static_cast<LoadedFile*>(asked);
  const std::span<const ElfW(Phdr)> parts(info->dlpi_phdr, info->dlpi_phnum);
  const auto begin = [&](const ElfW(Phdr) & part) { return info->dlpi_addr + part.p_vaddr; };
  bool holds = false;
  for (const ElfW(Phdr) & part : parts) {
    holds = holds || (part.p_type == PT_LOAD && file.address >= begin(part) &&
                      file.address - begin(part) < part.p_memsz);
  }
  if (!holds)
    return 0;
  file.name = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  for (const ElfW(Phdr) & part : parts) {
    if (part.p_type != PT_NOTE || !file.build_id.empty())
      continue;
    const auto* notes = reinterpret_cast<const std::byte*>(begin(part));
    file.build_id = build_id_in({notes, part.p_memsz});
  }
  return 1;
}
} // namespace

std::string program_build() {
  static const std::string build = [] {
    LoadedFile file;
    file.address = reinterpret_cast<std::uintptr_t>(&program_build);
    dl_iterate_phdr(look_at, &file);
    if (!file.build_id.empty())
      return file.build_id;
    return hash_text(read_text(file.name.empty() ? "/proc/self/exe" : file.name));
  }();
  return build;
}

} // namespace cauce::study
