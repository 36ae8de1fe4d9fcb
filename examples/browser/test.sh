#!/bin/sh
# Trains two small adapters, exports them into one folder, and uses both in a headless Chromium. About two minutes.
# ADAPTERX: the command, if not that of this checkout. CHROMIUM: the browser, if not on the PATH.
set -eu
here=$(CDPATH= cd -P -- "$(dirname -- "$0")" && pwd)
adapterx=${ADAPTERX:-$here/../../adapterx}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
[ -d node_modules ] || npm install
node samples.mjs "$work/pictures"
cd "$work"
image=pictures/shapes/disc/disc-red-3.png
expected="{"
for task in shapes colours; do
  "$adapterx" train "pictures/$task" --quality fast --out "runs/$task"
  "$adapterx" export "runs/$task" --onnx device
  [ "$expected" = "{" ] || expected="$expected,"
  expected="$expected \"$task\": $("$adapterx" predict "runs/$task" "$image" --json --precision fp32)"
done
echo "$expected }" > expected.json
"$adapterx" export runs/shapes --onnx device --int8
node "$here/test.mjs" device "$image" expected.json backbone.int8
node "$here/test.mjs" device "$image" expected.json
