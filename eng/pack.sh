#!/usr/bin/env bash
# The packages as they are published: `eng/pack.sh FOLDER`, after `dotnet restore` and `dotnet tool restore`. Beside each package its
# software bill of materials (CycloneDX), and the checksums of all files. One commit makes the same bytes in any folder.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What lies in the packages is as old as the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH CI=true
written=$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)

for project in src/*/*.csproj; do
    name=$(basename "$project" .csproj)
    dotnet build -c Release --no-restore --no-incremental "$project"
    dotnet pack -c Release --no-build "$project" -o "$folder"
    package=$(basename "$(find "$folder" -name "$name.[0-9]*.nupkg")" .nupkg)
    dotnet tool run dotnet-CycloneDX "$project" -o "$folder" -F Json -fn "$package.cdx.json" -sv "${package#"$name".}" -st Library \
        --exclude-dev --include-project-references --set-nuget-purl --no-serial-number --disable-package-restore
    sed -i.bak "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$written\"/" "$folder/$package.cdx.json"
    rm "$folder/$package.cdx.json.bak"
done

cd "$folder"
sha256sum -- *.nupkg *.snupkg *.cdx.json >SHA256SUMS
