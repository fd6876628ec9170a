import type { Diagnostic, Place } from '../../../base/diagnostic.ts';
import { profileIn } from '../../keys/service/security_opt.ts';
import type { Canonical } from '../../model/canonical.ts';
import type { SeccompProfile } from '../../model/seccomp-profile.ts';
import type { Reading } from '../../read/documents.ts';
import { readSource } from '../../read/source-file.ts';
import { formatPath, type Path } from '../../tree/path.ts';
import { parseProfile } from './seccomp-profile.ts';

/** The profiles that `security_opt` names, and what is wrong with them, by service. */
export type SeccompProfiles = {
  readonly found: ReadonlyMap<string, SeccompProfile>;
  readonly problems: ReadonlyMap<string, readonly Diagnostic[]>;
};

type Surroundings = {
  /** Absolute directory that relative paths resolve against: that of the project, as in Docker Compose. */
  readonly directory: string;
  readonly reading: Pick<Reading, 'wants' | 'texts'>;
  /** Where an option is written. */
  readonly at: (...path: Path) => Place;
};

/** Reads the profiles of all services, each file once. */
export function seccompProfiles(
  { services }: Canonical,
  { directory, reading: { wants, texts }, at }: Surroundings,
): SeccompProfiles {
  const found = new Map<string, SeccompProfile>();
  const problems = new Map<string, readonly Diagnostic[]>();
  if (!wants('interpolation')) return { found, problems };
  const known = new Map<string, Read>();
  for (const [service, { security_opt = [] }] of Object.entries(services)) {
    const named = profileIn(security_opt);
    if (!named) continue;
    const path = ['services', service, 'security_opt', named.index];
    const read = known.get(named.path) ?? readProfile(named.path, directory, texts);
    known.set(named.path, read);
    if (read.profile) found.set(service, read.profile);
    if (read.diagnostics.length > 0)
      problems.set(
        service,
        read.diagnostics.map((each) => ({ at: at(...path), from: formatPath(path), ...each })),
      );
  }
  return { found, problems };
}

type Read = { readonly profile: SeccompProfile | undefined; readonly diagnostics: readonly Diagnostic[] };

function readProfile(path: string, directory: string, texts: Map<string, string>): Read {
  const diagnostics: Diagnostic[] = [];
  const source = readSource(path, { cwd: directory }, diagnostics);
  if (source) texts.set(source.file, source.text);
  const profile = source && parseProfile(source, diagnostics);
  return { profile, diagnostics };
}
