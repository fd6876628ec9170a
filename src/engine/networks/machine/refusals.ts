import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import { readNetworkName } from '../../../project/scalars/network/network-name.ts';

/** Throws a Problem if a network cannot have the name. */
export const checkName = (name: string): void => {
  const read = readNetworkName(name);
  if ('value' in read && !PREDEFINED.includes(name)) return;
  const { must, label } =
    'flaw' in read ? read.flaw : { must: 'be another name', label: 'this is a network mode' };
  throw new Problem({
    severity: 'error',
    code: 'invalid-network-name',
    message: `\`${shortened(name)}\` must ${must}`,
    ...(label && { notes: [label] }),
  });
};

/** The values of `network_mode` with these names. */
export const PREDEFINED: readonly string[] = ['bridge', 'host', 'none', 'default'];

export const noNetwork = (name: string, known: Iterable<string>): Diagnostic => {
  const near = didYouMean(name, known);
  return {
    severity: 'error',
    code: 'no-network',
    message: `no such network: ${shortened(name)}`,
    help: near ? `did you mean \`${near}\`?` : '`tscompose network ls` lists the networks of this machine',
  };
};

export const nameTaken = (name: string, project?: string): Diagnostic => ({
  severity: 'error',
  code: 'name-in-use',
  message: `a network with the name \`${name}\` exists already`,
  ...(project !== undefined && { notes: [`the project \`${project}\` made it`] }),
  help: 'choose another name; `tscompose network inspect` shows the network',
});

export const networkInUse = (name: string, containers: readonly string[]): Diagnostic => ({
  severity: 'error',
  code: 'network-in-use',
  message:
    containers.length > 0
      ? `the network \`${name}\` is in use by ${containers.join(', ')}`
      : `the network \`${name}\` is in use by a container that is being made`,
  help: '`tscompose -p <project> down` removes the containers of a project',
});

export const ofProject = (name: string, project: string): Diagnostic => ({
  severity: 'error',
  code: 'network-in-use',
  message: `the network \`${name}\` belongs to the project \`${project}\``,
  help: `\`tscompose -p ${project} down\` removes it`,
});

export const outside = (what: string, address: string): Diagnostic => ({
  severity: 'error',
  code: 'invalid-value',
  message: `no subnet contains the ${what} ${address}`,
  help: `add \`--subnet\` with a block that contains it`,
});

export const damagedNetwork = (name: string, directory: string): Diagnostic => ({
  severity: 'error',
  code: 'damaged-record',
  message: `the record of the network \`${name}\` is damaged`,
  facts: [['network', directory]],
  help: 'put a good `network.json` back, or delete the directory when no container is on the network',
});

const shortened = (name: string): string => (name.length > 80 ? `${name.slice(0, 80)}…` : name);
