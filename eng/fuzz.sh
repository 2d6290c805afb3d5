#!/usr/bin/env bash
# Fuzzing led by coverage, with AFL++ and SharpFuzz: `eng/fuzz.sh [SECONDS]`, an hour unless told. Needs afl++ (Debian: apt-get install afl++).
# What it finds is in artifacts/afl; `dotnet run -c Release --project tests/OutputGrad.Fuzz -- --replay FILE` runs an input again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v afl-fuzz || { echo "afl-fuzz is not here: apt-get install afl++" >&2; exit 1; }
out=artifacts/afl
# code that is instrumented already is refused
rm -rf "$out/program"
mkdir -p "$out"
dotnet publish -c Release tests/OutputGrad.Fuzz -o "$out/program"
[[ -x $out/tools/sharpfuzz ]] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$out/tools"
"$out/tools/sharpfuzz" "$out/program/OutputGrad.dll"

# A runtime of several threads maps more memory than AFL++ allows by itself, and starts slowly.
# An earlier run is taken up again.
export AFL_AUTORESUME=1 AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1
exec timeout --preserve-status --signal INT "${1:-3600}" \
    afl-fuzz -i tests/OutputGrad.Fuzz/corpus -o "$out/findings" -t 10000 -m none -- dotnet "$out/program/OutputGrad.Fuzz.dll" --afl
