import type { Diagnostic } from '../../base/diagnostic.ts';
import type { HealthResult } from '../../base/health.ts';
import { hasProcess, wasNeverStarted } from '../../base/status.ts';
import type { Context } from '../context/context.ts';
import { lastLines } from '../logs/last-lines.ts';
import { logOf } from '../logs/log-of.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import type { Wait } from './await-container.ts';
import type { Found } from './cancelled.ts';

/** The diagnostic of a container that cannot satisfy a condition any more; the sentences are those of Docker Compose. */
export const lossDiagnostic = async (context: Context, wait: Wait): Promise<Diagnostic> => {
  const record = context.record.containers[wait.container];
  return {
    severity: 'error',
    code: 'dependency-failed',
    message: sentence(wait, record),
    from: `services.${wait.service}`,
    ...(record && { facts: factsOf(record), notes: await printed(context, record) }),
  };
};

/** The same as a warning: those that need the container go on without it. */
export const asOptional = (
  { service, condition }: Wait,
  { exitCode: _, ...diagnostic }: Diagnostic,
): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
  message:
    condition === 'completed'
      ? `optional dependency ${diagnostic.message.replace(/^service /, '')}`
      : `optional dependency "${service}" failed to start: ${diagnostic.message.replace(/^.*?: /, '')}`,
});

/** Some containers were not ready in time; `ms` is the limit. */
export const lateDiagnostic = async (context: Context, wait: Wait, ms: number): Promise<Diagnostic> => ({
  severity: 'error',
  code: 'dependency-failed',
  message: `application not healthy after ${ms / 1000}s`,
  ...(await waitedFor(context, wait)),
  help: 'wait longer with `--wait-timeout`, or keep the containers with `--keep-failed` to look at them',
});

/** The state of a container that was waited for, and what it has printed last. */
export const waitedFor = async (context: Context, { container }: Wait): Promise<Found> => {
  const record = context.record.containers[container];
  if (!record) return { facts: [[container, 'removed']] };
  return { facts: [[container, stateOf(record)]], notes: await printed(context, record, record.name) };
};

const sentence = ({ container, service, condition }: Wait, record: ContainerRecord | undefined): string => {
  if (!record) return `container ${container} was removed`;
  if (condition === 'completed')
    return `service "${service}" didn't complete successfully: exit ${record.exitCode}`;
  const whose = condition === 'healthy' ? 'dependency failed to start: ' : '';
  return `${whose}container ${container} ${predicateOf(record)}`;
};

const predicateOf = (record: ContainerRecord): string => {
  if (!hasProcess(record.state)) return `exited (${record.exitCode})`;
  const { health } = record;
  return health ? `is ${health.status}` : 'has no healthcheck configured';
};

const factsOf = (record: ContainerRecord): NonNullable<Diagnostic['facts']> => {
  const { health } = record;
  const probe = health?.log.at(-1);
  const code = record.oomKilled ? `${record.exitCode}, out of memory` : `${record.exitCode}`;
  return [
    ...(hasProcess(record.state) ? [] : ([['exit code', code]] as const)),
    ...(probe ? ([['last probe', probeText(probe)]] as const) : []),
  ];
};

const probeText = ({ exitCode, output }: HealthResult): string => {
  const text = output.trim().replace(/\p{C}+/gu, ' ');
  const printed = text === '' ? 'no output' : text.slice(0, LONGEST);
  // A check that took too long, or could not be started, says so in its output.
  return exitCode < 0 ? printed : `exit ${exitCode}: ${printed}`;
};

const LONGEST = 400;

const printed = async (context: Context, container: ContainerRecord, who = 'it'): Promise<string[]> =>
  (await lastLines(logOf(context, container).path, LINES)).map((line) => `${who} printed: ${line}`);

const LINES = 10;

const stateOf = (record: ContainerRecord): string => {
  const { health } = record;
  const probe = health?.log.at(-1);
  const last = probe ? `; last probe: ${probeText(probe)}` : '';
  if (health && hasProcess(record.state)) return `health is ${health.status}${last}`;
  const code =
    hasProcess(record.state) || wasNeverStarted(record.state) ? '' : `, exit code ${record.exitCode}`;
  return `is ${record.state}${code}${last}`;
};
