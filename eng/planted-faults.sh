#!/usr/bin/env bash
# Plants one fault of each kind in a copy of the library and names the test that catches it: `eng/planted-faults.sh`, after a build of the
# solution in Release. Fails where a fault survives, where its place in the source is no longer there, and where a test fails without one.
# With names of faults it plants those alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. eng/library-copy.sh
caught=0
survived=0

# run FILTER...: those tests; their report goes to a file.
run() {
    (DOTNET_DbgEnableMiniDump=0 timeout 300 "$scratch/tests/OutputGrad.Tests" -noColor "$@" &>"$scratch/tests.log") 2>"$scratch/end.log"
}

# fault NAME FILES OLD NEW FILTER...: replaces text that is in each of the files, builds, and runs the tests that should fail.
fault() {
    local name=$1 files=$2 old=$3 new=$4 file by status=0
    shift 4
    if [[ -n $wanted && " $wanted " != *" ${name// /-} "* ]]; then return; fi
    if ! run "$@"; then
        tail -n 40 "$scratch/tests.log"
        echo "FAILED: without a fault: $*"
        exit 1
    fi
    for file in $files; do
        if ! plant "$file" "$old" "$new"; then
            echo "FAILED: $name"
            exit 1
        fi
    done
    build
    run "$@" || status=$?
    by=$(sed -n '/^ *OutputGrad\.Tests\..*\[FAIL\]/ { s/^ *\([^ (]*\).*/\1/p; q }' "$scratch/tests.log")
    if [[ -z $by && $name == "load past the end" && $status -gt 128 ]]; then
        # a test that strays ends its process
        by="the end of the process in ${!#}, $(grep '^next: ' "$scratch/tests.log" | tail -n 1 || true)"
    fi
    if [[ -n $by && $status -ne 0 ]]; then
        echo "caught: $name: by $by"
        caught=$((caught + 1))
    else
        tail -n 40 "$scratch/tests.log"
        echo "SURVIVED: $name, with exit code $status"
        survived=$((survived + 1))
    fi
    restore $files
    cp src/OutputGrad/bin/Release/net10.0/OutputGrad.dll "$scratch/tests/"
}

wanted=$*
tests=OutputGrad.Tests

fault "load past the end" Engine/Optimizers/UpdateLoop.cs \
    'i <= _weights.Length - TSimd.Count; i += TSimd.Count' 'i < _weights.Length; i += TSimd.Count' \
    -explicit only -method "$tests.Memory.GuardPages.GuardedSweepsInFloat.Updates"
fault "changed sign" Engine/Loss/RowFactors.cs \
    '(target.Total * probability) - target.AtClass' '(target.Total * probability) + target.AtClass' \
    -class "$tests.Meaning.Conformance.LayerInFloat"
fault "lost fused multiply-add" Engine/Tile/TileRow.cs \
    'TSimd.MultiplyAdd(factor, vectors._0, sum._0)' 'TSimd.Add(TSimd.Multiply(factor, vectors._0), sum._0)' -class "$tests.Bits.GoldenBits"
fault "removed check" Engine/Arguments/MemoryRegions.cs \
    '(region.IsOutput || other.IsOutput)' '(region.IsOutput && other.IsOutput)' -namespace "$tests.Meaning.Validation"
fault "thread-dependent split" Engine/Layer/LayerPlan.cs \
    'Rows = Math.Min(rows, MostRows)' 'Rows = Math.Min(rows, options.MaxDegreeOfParallelism == 1 ? MostRows : 32)' \
    -class "$tests.Bits.ReproducibilityInFloat"
fault "swapped buffers" AdamW.cs 'gradient, first, second));' 'gradient, second, first));' \
    -class "$tests.Features.Optimizers.OptimizerStepsInFloat"
fault "a state's rest dropped" SoftmaxState.cs '_sumRest = double.IsFinite(rest) ? rest : 0;' '_sumRest = 0;' \
    -namespace "$tests.Features.Shards"
fault "stale checkpoint" Training/SoftmaxClassifier.cs \
    '_secondMoment = file.SecondMoment;' '_secondMoment = new float[file.SecondMoment.Length];' \
    -class "$tests.Features.Training.Classification.ClassifierFiles"

echo "planted faults: $caught caught, $survived survived"
((survived == 0 && caught > 0))
