# Sourced by ./run and ./test: installs what is missing, then configures and builds.
# Messages go to standard error; they say what is done and why it takes time.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

# install_packages GROUP...: the Debian packages of tools/packages.txt that are not there yet.
install_packages() {
  local wanted missing=() group package
  while read -r group package; do
    [ "$group" = "#" ] && continue
    for wanted in "$@"; do
      [ "$group" = "$wanted" ] || continue
      # Node may come from elsewhere than Debian; any version from 18 on will do.
      if [ "$package" = nodejs ] || [ "$package" = npm ]; then
        command -v "${package%js}" >/dev/null && continue
      fi
      dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing+=("$package")
    done
  done < <(grep -v '^#' tools/packages.txt)
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null ||
    fail "these Debian packages are missing and apt-get is not here: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo: install by hand: ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${sudo[@]}" apt-get update -qq >&2 || fail "apt-get update failed: is the network there?"
  "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
    fail "apt-get could not install: ${missing[*]}"
}

# build_web NAME: the front end web/NAME, built when its sources (or those of web/shared) changed.
build_web() {
  local folder=web/$1 stamp sum
  [ -f "$folder/package.json" ] || return 0
  stamp=$folder/dist/.sources
  sum=$(cd "$folder" && find . ../shared -type f -not -path './node_modules/*' -not -path './dist/*' -print0 |
    LC_ALL=C sort -z | xargs -0 cat | cksum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return 0
  say "building the front end $folder (npm)"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2 && npm run --silent build >&2) ||
    fail "the front end $folder did not build"
  printf '%s\n' "$sum" >"$stamp"
}

# build_program PRESET TARGET...: configures once and builds with all cores.
build_program() {
  local preset=$1 log
  shift
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "configuring build/$preset"
    log=$(cmake --preset "$preset" 2>&1) || { printf '%s\n' "$log" >&2; fail "cmake failed"; }
  fi
  [ -x "build/$preset/bin/cauce" ] || say "building with $(nproc) cores (some minutes the first time)"
  # Nothing to do is nothing to say.
  ninja -C "build/$preset" "$@" \
    > >(grep -vE '^(ninja: (Entering directory|no work to do)|\[0/2\] Re-checking)' >&2) 2>&1 ||
    fail "the build failed: see above"
}
