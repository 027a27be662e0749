#!/usr/bin/env bash
# Makes what a release is made of, under release/: packages, a program for each platform that needs no .NET installed, a bill of materials, checksums.
#   deploy/release.sh [PLATFORM...]      linux-x64 linux-arm64 osx-arm64 win-x64, unless told
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
platforms=("$@")
[ $# -gt 0 ] || platforms=(linux-x64 linux-arm64 osx-arm64 win-x64)
version="$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)"
out="$PWD/release"
rm -rf "$out"
mkdir -p "$out"

for project in Attar.Tensors Attar.Models Attar Attar.Online Attar.Server Attar.Client Attar.Cli; do
  dotnet pack "src/$project" -c Release -v quiet -nodeReuse:false -o "$out"
done

for platform in "${platforms[@]}"; do
  dotnet publish src/Attar.Cli -c Release -v quiet -nodeReuse:false -r "$platform" --self-contained -o "$out/$platform"
  suffix=""
  [[ "$platform" != win-* ]] || suffix=".exe"
  mv "$out/$platform/Attar.Cli$suffix" "$out/attar-$version-$platform$suffix"
  rm -f "$out/$platform"/*.pdb "$out/$platform"/*.xml
  rmdir "$out/$platform" # fails where the program would need a file beside it
done

dotnet tool restore
dotnet tool run dotnet-CycloneDX -- src/Attar.Cli/Attar.Cli.csproj --output "$out" --filename attar.cdx.json --output-format Json --set-name attar --set-version "$version" --disable-package-restore

(cd "$out" && sha256sum -- * > SHA256SUMS)
cat "$out/SHA256SUMS"
