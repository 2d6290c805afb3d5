#!/usr/bin/env bash
# Tests a build of the library that poisons the memory of every call, when it gets it and when it gives it back, with NaN and -1 or with
# huge numbers: `eng/poisoned-memory.sh`, after a build of the solution in Release. What reads numbers that nobody has written, or reads
# after the end of its call, gets other bits. A planted fault shows first that the tests would see it: sums that do not start from zero.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
git ls-files -z src/OutputGrad src/Directory.Build.props src/Directory.Build.targets eng/icon.png README.md LICENSE .editorconfig \
    global.json Directory.Build.props Directory.Packages.props | xargs -0 cp --parents -t "$scratch"
cp -r tests/OutputGrad.Tests/bin/Release/net10.0 "$scratch/tests"
export OUTPUTGRAD_HOSTILE_SECONDS=1 OUTPUTGRAD_PROPERTY_CASES=100 DOTNET_DbgEnableMiniDump=0

# build: the library as it is in the copy, poisoning, put beside the tests.
build() {
    dotnet build -c Release -nologo -v quiet "$scratch/src/OutputGrad" -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false \
        -p:GenerateDocumentationFile=false -p:DefineConstants=POISONED_MEMORY >"$scratch/build.log" \
        || { cat "$scratch/build.log"; return 1; }
    cp "$scratch/src/OutputGrad/bin/Release/net10.0/OutputGrad.dll" "$scratch/tests/"
}

tests() { timeout 300 "$scratch/tests/OutputGrad.Tests" -noColor "$@"; }

# plant FILE OLD NEW: replaces text in the copy, of which it must be a part.
plant() {
    cp "$scratch/src/OutputGrad/$1" "$scratch/kept"
    FAULT_OLD=$2 FAULT_NEW=$3 perl -0pi -e 's/\Q$ENV{FAULT_OLD}\E/$ENV{FAULT_NEW}/' "$scratch/src/OutputGrad/$1"
    if cmp -s "$scratch/kept" "$scratch/src/OutputGrad/$1"; then
        echo "FAILED: $1 has no \"$2\" any more"
        exit 1
    fi
}

sums=Engine/FewRows/HiddenSums.cs workspace=Engine/Work/Workspace.cs
plant $sums 'NativeMemory.Clear(sums, (nuint)(chunk.Rows * chunk.PaddedFeatures * sizeof(T)));' ''
plant $workspace 'byte poison =' 'Console.Error.WriteLine("memory is poisoned"); byte poison ='
build
if tests -class OutputGrad.Tests.Bits.GoldenBits &>"$scratch/planted.log" || ! grep -q 'memory is poisoned' "$scratch/planted.log"; then
    tail -n 20 "$scratch/planted.log"
    echo "FAILED: sums that do not start from zero are not seen, or memory is not poisoned"
    exit 1
fi
for file in $sums $workspace; do cp "src/OutputGrad/$file" "$scratch/src/OutputGrad/$file"; done

build
tests -class OutputGrad.Tests.Bits.GoldenBits -class 'OutputGrad.Tests.Meaning.Conformance.*' -class 'OutputGrad.Tests.Laws.*' \
    -class 'OutputGrad.Tests.Accuracy.LogitSizes*' -class 'OutputGrad.Tests.Features.Shards.*' -class 'OutputGrad.Tests.Features.Steps*' \
    -class 'OutputGrad.Tests.Features.CallersCode*'
