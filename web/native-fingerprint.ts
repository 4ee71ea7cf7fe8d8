// Asks the native evaluation program for the fixed results of lib/fingerprint.ts and prints their hash as JSON.
// Run by scripts/build-site.mjs, bundled by esbuild: argument 1 is the program.

import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fingerprintCalls, fingerprintOf } from './lib/fingerprint.js';

const program = process.argv[2] ?? '';
const { stdout, stderr, status } = spawnSync(program, {
  input: fingerprintCalls()
    .map((call, id) => `${JSON.stringify({ id, ...call })}\n`)
    .join(''),
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
const results = stdout
  .trim()
  .split('\n')
  .map((line) => {
    const reply = JSON.parse(line) as { result?: unknown; error?: { message: string } };
    if (reply.error) throw new Error(reply.error.message);
    return reply.result;
  });
const processor = (cpus()[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
console.log(JSON.stringify({ ...fingerprintOf(results), processor }));
