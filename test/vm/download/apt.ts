import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES, type Architecture } from '../architectures.ts';
import { cacheDirectory, sha256 } from './cache.ts';

/** A Debian package as its archive describes it. */
export type Package = { readonly name: string; readonly version: string; readonly sha256: string };

/** A suite of Debian 12 that has newer kernels. */
export const BACKPORTS = 'bookworm-backports';

/**
 * Packages of Debian 12, by an apt of its own (apt.conf(5)): this machine's packages and lists stay as they are, and
 * another architecture is none of its business. `whole` come with all that they depend on, `alone` without.
 */
export function debianPackages(
  architecture: Architecture,
  { whole, alone }: { readonly whole: readonly string[]; readonly alone: readonly string[] },
): readonly Package[] {
  const { run } = openApt(architecture);
  const needed = [...run('apt-get', '-qq', '-s', 'install', ...whole).matchAll(/^Inst (\S+) /gm)];
  const names = [...needed.map(([, name = '']) => name), ...alone];
  return run('apt-cache', 'show', '--no-all-versions', ...names)
    .trim()
    .split('\n\n')
    .map((description) => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(description)?.[1] ?? '';
      return { name: field('Package'), version: field('Version'), sha256: field('SHA256') };
    });
}

/** The files of packages; those that are there already are not fetched again. */
export async function fetchPackages(
  architecture: Architecture,
  packages: readonly Package[],
): Promise<readonly string[]> {
  const { run, archives } = openApt(architecture);
  run('apt-get', '-qq', 'download', ...packages.map(({ name, version }) => `${name}=${version}`));
  return Promise.all(packages.map((one) => verified(one, archives)));
}

/** The package that another one, such as `linux-image-cloud-amd64`, stands for: the newest, or that of a suite. */
export function standsFor(architecture: Architecture, name: string, suite?: string): string {
  const text = openApt(architecture).run(
    'apt-cache',
    ...(suite === undefined ? [] : ['--target-release', suite]),
    'depends',
    name,
  );
  const found = /^ +Depends: (\S+)$/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`${name} depends on nothing:\n${text}`);
  return found;
}

// apt checks the lists' signatures, but it trusts a package that it finds in its cache.
async function verified({ name, version, sha256: expected }: Package, archives: string): Promise<string> {
  const start = `${name}_${version.replaceAll(':', '%3a')}_`;
  const file = join(archives, readdirSync(archives).find((one) => one.startsWith(start)) ?? start);
  if ((await sha256(file)) === expected) return file;
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
  change(status!, '');
  if (change(sources!, SOURCES)) rmSync(join(directory, 'updated'), { force: true });
  change(
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
    execFileSync(program, [...KEEP_CACHES, ...words], {
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

/** Machines that were made of container images are often told not to. */
const KEEP_CACHES = [
  '-o',
  'Dir::Cache::pkgcache=pkgcache.bin',
  '-o',
  'Dir::Cache::srcpkgcache=srcpkgcache.bin',
];

/** Whether the file had another text: apt reads all lists anew after one of its files has changed. */
function change(file: string, text: string): boolean {
  const isOther = !existsSync(file) || readFileSync(file, 'utf8') !== text;
  if (isOther) writeFileSync(file, text);
  return isOther;
}

const isFresh = (file: string): boolean => existsSync(file) && Date.now() - statSync(file).mtimeMs < DAY;

const DAY = 86_400_000;

const SOURCES = [
  ['debian', 'bookworm'],
  ['debian', 'bookworm-updates'],
  ['debian-security', 'bookworm-security'],
  // Nothing comes from there unless it is asked for.
  ['debian', BACKPORTS],
]
  .map(
    ([archive, suite]) =>
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/${archive} ${suite} main\n`,
  )
  .join('');
