import { quote } from '../tree/wording.ts';
import { type Check, type Checked, error, isSet, type Selected, select } from './checked.ts';

type Combination = { readonly at: string } & (
  | { readonly excludes: readonly [key: string, others: readonly string[]] }
  | { readonly needs: readonly [key: string, other: string] }
  | { readonly needsOneOf: readonly string[] }
  | { readonly mentionsOneOf: readonly string[] }
);

const sources = {
  secret: ['file', 'environment', 'external'],
  config: ['file', 'content', 'environment', 'external'],
  account: ['file', 'config', 'registry'],
};

/** Keys of a service that exclude each other. */
const ofServices: readonly Combination[] = [
  { at: 'services.*', excludes: ['network_mode', ['networks']] },
  { at: 'services.*.build', excludes: ['dockerfile_inline', ['dockerfile']] },
  { at: 'secrets.*', needsOneOf: sources.secret },
];

/** Keys that cannot run together, or need another to run. */
const toRun: readonly Combination[] = [
  // As the engine of Docker: the names are those of the machine.
  { at: 'services.*', excludes: ['uts', ['hostname', 'domainname']] },
  { at: 'services.*.healthcheck', needs: ['start_interval', 'start_period'] },
];

/** Keys of one value that exclude each other, or of which it mentions one, with whatever value. */
const ofValues: readonly Combination[] = [
  { at: 'services.*.gpus[]', excludes: ['device_ids', ['count']] },
  { at: 'services.*.deploy.resources.reservations.devices[]', excludes: ['device_ids', ['count']] },
  ...eachExcludesTheOthers('services.*.credential_spec', sources.account),
  { at: 'secrets.*', mentionsOneOf: [...sources.secret, 'driver'] },
  { at: 'secrets.*', excludes: ['file', ['environment']] },
  { at: 'configs.*', mentionsOneOf: sources.config },
  ...eachExcludesTheOthers('configs.*', ['file', 'content', 'environment']),
  { at: 'volumes.*', excludes: ['external', ['driver', 'driver_opts', 'labels']] },
];

export const combinationsOfServices: Check = checkOf(ofServices);
export const combinationsToRun: Check = checkOf(toRun);
export const combinationsOfValues: Check = checkOf(ofValues);

function checkOf(table: readonly Combination[]): Check {
  return (project) =>
    table.flatMap((combination) =>
      select(project.canonical, combination.at).flatMap((found) => problemsOf(combination, found, project)),
    );
}

function problemsOf(combination: Combination, found: Selected, project: Checked) {
  if ('excludes' in combination) {
    const [key, others] = combination.excludes;
    const present = isSet(found.value[key]) ? others.filter((other) => isSet(found.value[other])) : [];
    return present.map((other) => conflict(found, key, other, project));
  }
  if ('needs' in combination) return missing(combination.needs, found, project);
  const sources = 'needsOneOf' in combination ? combination.needsOneOf : combination.mentionsOneOf;
  const isThere = (key: string): boolean =>
    'needsOneOf' in combination ? isSet(found.value[key]) : project.isWritten(...found.path, key);
  if (sources.some(isThere) || project.isBroken(...found.path)) return [];
  const choice = sources.map(quote).join(', ');
  const message = `${quote(String(found.path.at(-1)))} has no source`;
  return [error('missing-key', message, project.atKey(...found.path), { help: `set one of ${choice}` })];
}

function conflict({ path }: Selected, key: string, other: string, { atKey }: Checked) {
  const [first, second] = [atKey(...path, key), atKey(...path, other)].sort((a, b) => a.start - b.start);
  return error('conflicting-keys', `${quote(key)} and ${quote(other)} are mutually exclusive`, second!, {
    labels: [{ at: first!, text: 'the other key' }],
    help: 'remove one of the two',
  });
}

function missing([key, other]: readonly [string, string], { path, value }: Selected, project: Checked) {
  if (!isSet(value[key]) || isSet(value[other]) || project.isBroken(...path, other)) return [];
  const message = `${quote(key)} needs ${quote(other)}`;
  return [
    error('missing-key', message, project.atKey(...path, key), { help: `set ${quote(other)} as well` }),
  ];
}

/** Every pair once. */
function eachExcludesTheOthers(at: string, keys: readonly string[]): Combination[] {
  return keys.slice(0, -1).map((key, index) => ({ at, excludes: [key, keys.slice(index + 1)] }));
}
