// What the machine lacks, from its own package manager. Plain JavaScript for Node 18 and later, no packages.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const MANAGERS = [
  {
    name: 'apt-get',
    update: ['update', '-q'],
    install: ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60'],
  },
  { name: 'dnf', install: ['install', '-y', '-q'] },
  { name: 'apk', install: ['add', '--no-cache', '-q'] },
  { name: 'pacman', install: ['-S', '--noconfirm', '--needed'] },
];
const LONGEST_MS = 600_000;

/** Whether a program may be run from there. */
export const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Where the PATH has a program of that name. */
export const onPath = (name, path) =>
  path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(runs);

/** Runs a program without a terminal. True when it ended well. */
function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'ignore',
      timeout: LONGEST_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.on('error', () => resolve(false));
    child.on('close', (status) => resolve(status === 0));
  });
}

/**
 * The package manager of the machine, as this user may use it: `allowed` as root, or with a sudo that asks for no password.
 * Undefined where none is known. `byHand` is the command for a person; `install` resolves with whether it worked.
 */
export async function findPackageManager({ path = process.env.PATH ?? '', uid = process.getuid?.() ?? -1 } = {}) {
  const manager = MANAGERS.find(({ name }) => onPath(name, path) !== undefined);
  if (!manager) return undefined;
  const program = onPath(manager.name, path);
  const sudo = onPath('sudo', path);
  const rights = uid === 0 ? [] : sudo && (await run([sudo, '-n', 'true'])) ? [sudo, '-n'] : undefined;
  const command = (args) => [...(uid === 0 ? [] : ['sudo']), manager.name, ...args].join(' ');
  return {
    name: manager.name,
    allowed: rights !== undefined,
    byHand: (packages) =>
      [...(manager.update ? [command(['update'])] : []), command([manager.install[0], ...packages])].join(' && '),
    async install(packages) {
      const attempt = () => run([...rights, program, ...manager.install, ...packages]);
      if (await attempt()) return true;
      // A fresh machine has no lists of packages, and an old one has lists of packages that are gone.
      return manager.update !== undefined && (await run([...rights, program, ...manager.update])) && attempt();
    },
  };
}
