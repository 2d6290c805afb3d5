#!/usr/bin/env bash
# Measures everything that a file of results holds, in about 20 minutes on a machine that does nothing else, and draws its page:
#   dotnet build -c Release && dotnet build -c Release benchmarks/OutputGrad.Peers
#   eng/measure.sh benchmarks/results/CPU.json
# Further arguments go to every comparison: with `--seconds 1` it is quick, and its figures are worth nothing. What it built before is
# what it measures. Each run is written as soon as it ends; PARTS="rows shapes" measures these alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
file=$1
shift
status=0

# run TITLE PROJECT ARGUMENT...: a comparison that fails does not take the others' results with it.
run() {
    local title=$1 project=$2 start=$SECONDS
    shift 2
    echo "== $title"
    dotnet run -c Release --no-build --project "benchmarks/$project" -- "$@" --json "$file" --title "$title" || status=1
    echo "== $title: $((SECONDS - start)) s"
}

for part in ${PARTS:-library narrow rows shapes many-cores startup torch fit}; do
    case $part in
        library) run "The library and its baselines" OutputGrad.Benchmarks compare "$@" ;;
        narrow) DOTNET_EnableAVX512=0 run "The layer on 256-bit vectors" OutputGrad.Benchmarks compare layer "$@" ;;
        rows) run "Few rows" OutputGrad.Benchmarks compare rows "$@" ;;
        shapes) run "Shapes" OutputGrad.Benchmarks compare shapes "$@" ;;
        many-cores) run "Many cores" OutputGrad.Benchmarks compare scaling "$@" ;;
        startup) run "Startup" OutputGrad.Benchmarks compare startup "$@" ;;
        torch) run "Against libtorch" OutputGrad.Peers "$@" ;;
        fit) run "Fits" OutputGrad.Peers fit "$@" ;;
        *) echo "no such part: $part" >&2 && exit 2 ;;
    esac
done

dotnet run -c Release --no-build --project benchmarks/OutputGrad.Benchmarks -- draw "$file"
exit $status
