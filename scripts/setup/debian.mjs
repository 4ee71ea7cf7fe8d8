// The operating system's packages: what kind of system this is, and `apt-get install` of what is missing.

import { existsSync, readFileSync } from 'node:fs';
import { onPath, Refusal, run, say } from '../lib/process.mjs';

/** The system's name and version from /etc/os-release: `{ id: 'debian', version: 12 }`. */
export function system() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: field('ID'), version: Number.parseInt(field('VERSION_ID'), 10) || 0 };
}

/** Whether set-up may install system packages. */
export function canInstall() {
  return onPath('apt-get') !== undefined && process.getuid?.() === 0;
}

/**
 * Installs the packages whose tool or file is not there.
 *
 * @param wanted  array of `{ name, why, present }`: Debian package, its purpose, and a function that
 *                tells whether what it brings is already there
 */
export function installMissing(wanted) {
  const missing = wanted.filter((item) => !item.present());
  if (missing.length === 0) return;
  if (!canInstall()) {
    const list = missing.map((item) => `${item.name} (${item.why})`).join(', ');
    const how = onPath('apt-get')
      ? 'as root: apt-get install ' + missing.map((item) => item.name).join(' ')
      : list;
    throw new Refusal(`these tools are missing, please install them: ${how}`);
  }
  for (const item of missing) say(`installing ${item.name}: ${item.why}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Use-Pty=0'];
  run('apt-get', [...quiet, 'update'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const names = missing.map((item) => item.name);
  try {
    const install = [...quiet, 'install', '--yes', '--no-install-recommends', ...names];
    run('apt-get', install, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    throw new Refusal(
      `apt-get could not install ${names.join(', ')} (see above); please install what is missing`,
    );
  }
  const absent = missing.filter((item) => !item.present());
  if (absent.length > 0) {
    throw new Refusal(`installed, but still not found: ${absent.map((item) => item.name).join(', ')}`);
  }
}
