#!/bin/sh
# Installs ack-ram-tool: downloads the archive for this machine, or takes it from a directory, and verifies its SHA-256.
# Made by `npm run release:generate` from scripts/release/install.template.sh.
set -eu

repository='https://github.com/ack-ram-tool/ack-ram-tool'
timeout=30

usage() {
  cat << EOF
Usage: install.sh [--version <version>] [--dir <directory>] [--base-url <url> | --from <directory>] [--timeout <seconds>]

  --version   the version to install, such as 0.1.0 (default: the latest)
  --dir       where the executable goes (default: \$HOME/.local/bin)
  --base-url  a mirror that has the archives and SHA256SUMS
  --from      a directory that has the archives and SHA256SUMS; nothing is downloaded
  --timeout   the seconds that a server may keep silent (default: $timeout)
EOF
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

has() {
  command -v "$1" > /dev/null 2>&1
}

# The name that this machine's files have.
find_target() {
  case $(uname -s) in
    Darwin) os=darwin ;;
    Linux) os=linux ;;
    MINGW* | MSYS* | CYGWIN*) os=win32 ;;
    *) fail "there is no executable for $(uname -s); install the npm package" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no executable for $(uname -m); install the npm package" ;;
  esac
  # A shell that Rosetta translates says x86_64.
  if [ "$os" = darwin ] && [ "$(sysctl -n hw.optional.arm64 2> /dev/null || true)" = 1 ]; then arch=arm64; fi
  target=$os-$arch
  if [ "$os" = linux ] && is_musl; then target=$target-musl; fi
  case $target in
    darwin-arm64 | darwin-x64 | linux-arm64 | linux-arm64-musl | linux-x64 | linux-x64-musl | win32-x64) ;;
    *) fail "there is no executable for $target; install the npm package" ;;
  esac
}

is_musl() {
  for loader in /lib/ld-musl-*.so.1; do
    # A glibc machine may have musl beside it.
    if [ -e "$loader" ]; then
      for glibc in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do [ ! -e "$glibc" ] || return 1; done
      return 0
    fi
  done
  return 1
}

# download <url> <file>: gives up on a server that keeps silent for $timeout seconds
download() {
  case $1 in
    https://*) secure="--proto =https --tlsv1.2" ;;
    *) secure= ;;
  esac
  if has curl; then
    # Less than 1000 bytes a second count as silence, after which there is no time for another try.
    # shellcheck disable=SC2086 # flags, or none
    curl --fail --silent --show-error --location --retry 3 --retry-max-time "$timeout" --connect-timeout "$timeout" \
      --speed-limit 1000 --speed-time "$timeout" $secure --output "$2" "$1"
  elif has wget; then
    case $(wget --help 2>&1) in
      # busybox takes -t and does not heed it.
      *-T[\ ,]*) wget -q -T "$timeout" -t 2 -O "$2" "$1" ;;
      # A busybox without -T crashes on it: there is but a limit for the whole.
      *) timeout $((timeout * 20)) wget -q -O "$2" "$1" ;;
    esac
  else
    fail 'curl or wget is needed'
  fi || fail "cannot download $1: it is not there, or no answer came for $timeout seconds; see --base-url and --timeout"
}

sha256_of() {
  if has sha256sum; then
    sha256sum "$1"
  elif has shasum; then
    shasum -a 256 "$1"
  elif has openssl; then
    openssl dgst -sha256 -r "$1"
  else
    fail 'sha256sum, shasum or openssl is needed to verify the download'
  fi | cut -d ' ' -f 1
}

# verify <archive>: fails unless the sum in SHA256SUMS is that of the file
verify() {
  wanted=$(awk -v name="$1" '$2 == name || $2 == "*" name {print $1}' "$work/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS does not name $1"
  actual=$(sha256_of "$work/$1")
  [ "$wanted" = "$actual" ] || fail "the SHA-256 of $1 is $actual, and not $wanted as in SHA256SUMS: nothing was installed"
}

main() {
  version=latest
  dir=
  base_url=
  from=
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help)
        usage
        exit 0
        ;;
      --version | --dir | --base-url | --from | --timeout) [ -n "${2-}" ] || fail "$1 needs a value" ;;
      *) fail "unknown argument $1; see install.sh --help" ;;
    esac
    case $1 in
      --version) version=${2#v} ;;
      --dir) dir=$2 ;;
      --base-url) base_url=${2%/} ;;
      --from) from=$2 ;;
      --timeout) timeout=$2 ;;
    esac
    shift 2
  done
  case $timeout in
    0* | *[!0-9]*) fail "--timeout is a number of seconds, such as 30, and not $timeout" ;;
  esac
  if [ -z "$dir" ]; then dir=${HOME:?is not set, pass --dir}/.local/bin; fi
  if [ -z "$base_url" ]; then
    if [ "$version" = latest ]; then base_url=$repository/releases/latest/download; else base_url=$repository/releases/download/v$version; fi
  fi

  find_target
  new=
  work=$(mktemp -d) || fail 'cannot make a temporary directory; set TMPDIR to a directory that you can write'
  trap 'rm -rf "$work" ${new:+"$new"}' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  command=ack-ram-tool
  archive=ack-ram-tool-$target.tar.gz
  if [ "$os" = win32 ]; then
    command=ack-ram-tool.exe
    archive=ack-ram-tool-$target.zip
  fi
  for file in SHA256SUMS "$archive"; do
    if [ -n "$from" ]; then
      cp "$from/$file" "$work/$file" || fail "cannot read $from/$file"
    else
      download "$base_url/$file" "$work/$file"
    fi
  done
  verify "$archive"

  mkdir -p -- "$dir" || fail "cannot make $dir; pass --dir"
  # As it stands in PATH.
  absolute=$(CDPATH='' cd -- "$dir" && pwd) || fail "cannot enter $dir; pass --dir"
  dir=$absolute
  # In a directory where nobody else can lay anything, on the file system where it stays: that of TMPDIR may be noexec.
  new=$(mktemp -d "$dir/.ack-ram-tool.XXXXXX") || fail "cannot write to $dir; pass --dir"
  if [ "$os" = win32 ]; then
    unzip -q "$work/$archive" "$command" -d "$new"
  else
    tar -xmzf "$work/$archive" -C "$new" "$command"
  fi || fail "cannot unpack $archive in $dir; see whether there is room, or pass --dir"
  chmod 755 "$new/$command"
  status=0
  started=$("$new/$command" --version 2>&1) || status=$?
  if [ "$status" != 0 ]; then
    started=$(printf '%s\n' "$started" | head -n 1)
    case $status:$target in
      126:*) fail "the executable cannot be started in $dir; if that is mounted noexec, pass --dir ($started)" ;;
      127:*-musl) fail "the executable does not start; on Alpine it needs: apk add libstdc++ ($started)" ;;
      *) fail "the executable does not start; install the npm package ($started)" ;;
    esac
  fi

  # mv would lay it into that.
  [ ! -d "$dir/$command" ] || fail "$dir/$command is a directory; move it away, or pass --dir"
  # In one step: a running executable is replaced and not written to.
  mv -f "$new/$command" "$dir/$command" || fail "cannot replace $dir/$command; see whether it may be changed, or pass --dir"
  printf 'Installed %s in %s\n' "${started%% *}" "$dir/$command"
  case :$PATH: in
    *:"$dir":*) ;;
    *) printf 'Add %s to PATH, so that kubectl finds it.\n' "$dir" ;;
  esac
}

# The last line: what was cut off in transit does nothing.
main "$@"
