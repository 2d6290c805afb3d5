#!/usr/bin/env bash
# Coverage of the library by the tests, merged over instruction sets: `eng/coverage.sh FOLDER`, after a build for Release. The library is
# instrumented in place and restored afterwards. What is left out takes long and covers nothing more. Fails below the floor.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lines=98 branches=95 status=0
export OUTPUTGRAD_HOSTILE_SECONDS=1 OUTPUTGRAD_PROPERTY_CASES=10

# covered NAME ARGUMENT...
covered() {
    local name=$1
    shift
    dotnet test -c Release --no-build --project tests/OutputGrad.Tests --results-directory "$folder/$name" "$@" \
        --coverlet --coverlet-single-hit --coverlet-output-format opencover --coverlet-include '[OutputGrad]*'
}

covered widest --filter-not-class OutputGrad.Tests.Bits.VectorPaths --filter-not-class 'OutputGrad.Tests.Bits.Reproducibility*' \
    --filter-not-class 'OutputGrad.Tests.Memory.*'
for switch in EnableAVX512 EnableAVX2 EnableHWIntrinsic; do
    export "DOTNET_$switch=0"
    covered "$switch" --filter-class 'OutputGrad.Tests.Meaning.Conformance.*' --filter-class 'OutputGrad.Tests.Engine.*'
    unset "DOTNET_$switch"
done

dotnet tool run reportgenerator "-reports:$folder/*/*.xml" "-targetdir:$folder/report" '-reporttypes:TextSummary;Html' \
    "minimumCoverageThresholds:lineCoverage=$lines" "minimumCoverageThresholds:branchCoverage=$branches" || status=$?
sed -n 's/^  \(Line\|Branch\) coverage: /\1 coverage: /p' "$folder/report/Summary.txt"
exit $status
