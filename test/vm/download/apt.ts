import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES, type Architecture } from '../architectures.ts';
import { cacheDirectory, sha256 } from './cache.ts';

/** A Debian package, downloaded and verified. */
export type Package = { readonly name: string; readonly sha256: string; readonly file: string };

/**
 * Packages of Debian 12, by an apt of its own (apt.conf(5)): this machine's packages and lists stay as they are, and
 * another architecture is none of its business. `whole` come with all that they depend on, `alone` without.
 */
export async function debianPackages(
  architecture: Architecture,
  { whole, alone }: { readonly whole: readonly string[]; readonly alone: readonly string[] },
): Promise<readonly Package[]> {
  const { run, archives } = openApt(architecture);
  const needed = [...run('apt-get', '-qq', '-s', 'install', ...whole).matchAll(/^Inst (\S+) /gm)];
  run('apt-get', '-qq', '-y', '--download-only', 'install', ...whole);
  run('apt-get', '-qq', 'download', ...alone);
  const names = [...needed.map(([, name = '']) => name), ...alone];
  const described = run('apt-cache', 'show', '--no-all-versions', ...names)
    .trim()
    .split('\n\n');
  return Promise.all(described.map((text) => verified(text, archives)));
}

/** The package that another one, such as `linux-image-cloud-amd64`, stands for. */
export function standsFor(architecture: Architecture, name: string): string {
  const text = openApt(architecture).run('apt-cache', 'depends', name);
  const found = /^ +Depends: (\S+)$/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`${name} depends on nothing:\n${text}`);
  return found;
}

// apt checks the lists' signatures, but it trusts a package that it finds in its cache.
async function verified(description: string, archives: string): Promise<Package> {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(description)?.[1] ?? '';
  const [name, expected] = [field('Package'), field('SHA256')];
  const version = field('Version').replaceAll(':', '%3a');
  const file = join(archives, `${name}_${version}_${field('Architecture')}.deb`);
  if ((await sha256(file)) === expected) return { name, sha256: expected, file };
  rmSync(file);
  throw new Error(`${file} was not what Debian has published, and is gone; try again`);
}

function openApt(architecture: Architecture) {
  const directory = cacheDirectory('apt', architecture);
  const archives = join(directory, 'cache/archives');
  for (const path of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(directory, path), { recursive: true });
  const [status, sources, settings] = ['status', 'sources.list', 'apt.conf'].map((name) =>
    join(directory, name),
  );
  writeFileSync(status!, '');
  writeFileSync(sources!, SOURCES);
  writeFileSync(
    settings!,
    `APT { Architecture "${ARCHITECTURES[architecture].debian}"; Architectures ""; Install-Recommends "false"; };
APT::Sandbox::User "root";
Acquire::Retries "3";
DPkg::Lock::Timeout "600";
Acquire::Languages "none";
Dir { State "${directory}/state"; State::status "${status}"; Cache "${directory}/cache"; };
Dir::Etc { sourcelist "${sources}"; sourceparts "-"; };
`,
  );
  const run = (program: string, ...words: readonly string[]): string =>
    execFileSync(program, words, {
      cwd: archives,
      env: { ...process.env, APT_CONFIG: settings, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  if (!isFresh(join(directory, 'updated'))) {
    run('apt-get', '-qq', 'update');
    writeFileSync(join(directory, 'updated'), '');
  }
  return { run, archives };
}

const isFresh = (file: string): boolean => existsSync(file) && Date.now() - statSync(file).mtimeMs < DAY;

const DAY = 86_400_000;

const SOURCES = [
  ['debian', 'bookworm'],
  ['debian', 'bookworm-updates'],
  ['debian-security', 'bookworm-security'],
]
  .map(
    ([archive, suite]) =>
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/${archive} ${suite} main\n`,
  )
  .join('');
