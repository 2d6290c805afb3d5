#!/usr/bin/env bash
# Tests a build of the library that poisons the memory of every call, when it gets it and when it gives it back, with NaN and -1 or with
# huge numbers: `eng/poisoned-memory.sh`, after a build of the solution in Release. What reads numbers that nobody has written, or reads
# after the end of its call, gets other bits. A planted fault shows first that the tests would see it: sums that do not start from zero.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. eng/library-copy.sh
export OUTPUTGRAD_HOSTILE_SECONDS=1 OUTPUTGRAD_PROPERTY_CASES=100 DOTNET_DbgEnableMiniDump=0

build_poisoning() { build -p:DefineConstants=POISONED_MEMORY; }
tests() { timeout 300 "$scratch/tests/OutputGrad.Tests" -noColor "$@"; }

sums=Engine/FewRows/HiddenSums.cs workspace=Engine/Work/Workspace.cs
plant $sums 'NativeMemory.Clear(sums, (nuint)(chunk.Rows * chunk.PaddedFeatures * sizeof(T)));' ''
plant $workspace 'byte poison =' 'Console.Error.WriteLine("memory is poisoned"); byte poison ='
build_poisoning
if tests -class OutputGrad.Tests.Bits.GoldenBits &>"$scratch/planted.log" || ! grep -q 'memory is poisoned' "$scratch/planted.log"; then
    tail -n 20 "$scratch/planted.log"
    echo "FAILED: sums that do not start from zero are not seen, or memory is not poisoned"
    exit 1
fi
restore $sums $workspace

build_poisoning
tests -class OutputGrad.Tests.Bits.GoldenBits -class 'OutputGrad.Tests.Meaning.Conformance.*' -class 'OutputGrad.Tests.Laws.*' \
    -class 'OutputGrad.Tests.Accuracy.LogitSizes*' -class 'OutputGrad.Tests.Features.Shards.*' -class 'OutputGrad.Tests.Features.Steps*' \
    -class 'OutputGrad.Tests.Features.CallersCode*'
