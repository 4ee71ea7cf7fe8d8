// Build steps that run only when what they read has changed: by content, not by date, so that a fresh clone, a
// checkout of another branch and back, or a touched file cost nothing.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './process.mjs';

const stampFolder = join(root, 'build', 'stamps');

/**
 * Runs `build` unless the step's last run saw the same inputs and its outputs are still there.
 *
 * @param name     the step
 * @param inputs   paths of files and folders below the checkout; what does not exist counts as empty
 * @param outputs  paths that the step makes
 * @param build    does it; may return a promise
 * @param also     anything else that the outcome depends on, such as the path of a tool
 */
export async function whenChanged({ name, inputs, outputs, build, also = null }) {
  const stamp = join(stampFolder, name);
  const hash = contentHash(inputs, also);
  const isMade = outputs.every((path) => existsSync(join(root, path)));
  if (isMade && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say(`building ${name}`);
  await build();
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(stamp, hash);
}

/** SHA-256 over names and contents. */
export function contentHash(inputs, also) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(also));
  for (const path of inputs.flatMap((input) => filesBelow(input)).sort()) {
    const content = readFileSync(join(root, path));
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

// Folders that are made, not written.
const made = new Set(['node_modules', 'cache', 'dist', '.temp']);

/** The files below a folder, or the file itself, as paths below the checkout. */
export function filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory() && made.has(entry.name)) return [];
    return filesBelow(join(path, entry.name));
  });
}
