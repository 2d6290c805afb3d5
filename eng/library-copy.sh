# For scripts that change the library to see what its tests say, after a build of the solution in Release: a copy of the library and of
# its built tests in $scratch, from which nothing goes back into the tree. To be sourced, in the repository's root.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
git ls-files -z src/OutputGrad src/Directory.Build.props src/Directory.Build.targets eng/icon.png README.md LICENSE .editorconfig \
    global.json Directory.Build.props Directory.Packages.props | xargs -0 cp --parents -t "$scratch"
cp -r tests/OutputGrad.Tests/bin/Release/net10.0 "$scratch/tests"

# build [ARGUMENT...]: the library as it is in the copy, put beside the tests.
build() {
    dotnet build -c Release -nologo -v quiet "$scratch/src/OutputGrad" -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false \
        -p:GenerateDocumentationFile=false "$@" >"$scratch/build.log" || { cat "$scratch/build.log"; return 1; }
    cp "$scratch/src/OutputGrad/bin/Release/net10.0/OutputGrad.dll" "$scratch/tests/"
}

# plant FILE OLD NEW: replaces text of the library, which must be in that file.
plant() {
    local file=$scratch/src/OutputGrad/$1
    cp "$file" "$scratch/kept"
    FAULT_OLD=$2 FAULT_NEW=$3 perl -0pi -e 's/\Q$ENV{FAULT_OLD}\E/$ENV{FAULT_NEW}/g' "$file"
    if cmp -s "$scratch/kept" "$file"; then
        echo "FAILED: $1 has no \"$2\" any more"
        return 1
    fi
}

# restore FILE...: as they are in the tree.
restore() {
    local file
    for file; do cp "src/OutputGrad/$file" "$scratch/src/OutputGrad/$file"; done
}
