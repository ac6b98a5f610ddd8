#!/usr/bin/env bash
# Usage: .ci/llama-server.sh FOLDER
# Unpacks llama-server and llama-quantize of Debian's unstable branch, and every library that they need, into a folder, and
# makes FOLDER/llama-server and FOLDER/llama-quantize of them. Nothing of the machine is changed: the lists of packages are in the folder, too.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
mkdir -p "$folder"/{lists/partial,cache/archives/partial,packages,root}
: >"$folder/status"
echo "deb http://deb.debian.org/debian sid main" >"$folder/sources.list"
cat >"$folder/apt.conf" <<END
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "root";
Acquire::Languages "none";
END
export APT_CONFIG="$folder/apt.conf"
apt-get update -qq >/dev/null
needed=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances llama.cpp-tools |
  grep -E '^(llama\.cpp-tools|lib(llama|ggml|c6|stdc|gcc-s|gomp|ssl|zstd)|zlib)' | sort -u)
(cd "$folder/packages" && apt-get download -qq $needed >/dev/null && for package in *.deb; do dpkg -x "$package" "$folder/root"; done)
libraries=$(dirname "$(find "$folder/root" -name 'libllama.so.*' | head -1)")
kind=x64
if grep -qw avx2 /proc/cpuinfo; then kind=haswell; fi
backend=$(find "$folder/root" -name "libggml-cpu-$kind.so" | head -1)
for program in llama-server llama-quantize; do
  cat >"$folder/$program" <<END
#!/bin/sh
GGML_BACKEND_PATH=$backend exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/llama" "$folder/root/usr/bin/$program" "\$@"
END
  chmod +x "$folder/$program"
done
"$folder/llama-server" --version >/dev/null 2>&1
