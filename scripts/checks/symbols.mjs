// An inline function or template compiled in the unit of one instruction set, without that instruction set in its name,
// may be the copy that the linker keeps for every processor, and older ones would die of it. So the objects of these
// units may hold no weak symbol whose name does not carry the unit's own xsimd architecture.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Refusal, root } from '../lib/process.mjs';

const ownArchitecture = {
  sse4_2: /xsimd::(sse\w+|ssse3)\b/,
  avx2: /xsimd::avx2?\b/,
  avx512: /xsimd::avx512\w+\b/,
};

// A pointer to the personality routine: data, the same in every unit.
const harmless = /^DW\.ref\.__gxx_personality_v0$/;

/** Checks the kernel objects of a build folder; returns how many there were. */
export function checkKernelSymbols(buildFolder) {
  const folder = join(root, buildFolder, 'CMakeFiles/assay.dir/kernels');
  const objects = readdirSync(folder).filter((name) => name.endsWith('.o'));
  if (objects.length === 0) throw new Refusal(`no kernel objects in ${folder}`);
  const broken = objects.flatMap((name) => weakForeignSymbols(folder, name));
  if (broken.length > 0)
    throw new Refusal(`weak symbols without their instruction set:\n  ${broken.join('\n  ')}`);
  return objects.length;
}

function weakForeignSymbols(folder, name) {
  const isa = Object.keys(ownArchitecture).find((word) => name.endsWith(`_${word}.cpp.o`));
  if (!isa) throw new Refusal(`${name}: not the unit of a known instruction set`);
  const listing = capture('nm', ['--demangle', '--defined-only', join(folder, name)]);
  if (listing === undefined) throw new Refusal(`nm cannot read ${join(folder, name)}`);
  return listing
    .split('\n')
    .map((line) => /^\S*\s+([WwVvu]) (.*)$/.exec(line)?.[2])
    .filter((symbol) => symbol && !harmless.test(symbol) && !ownArchitecture[isa].test(symbol))
    .map((symbol) => `${name}: ${symbol}`);
}
