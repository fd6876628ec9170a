import type { Event, PlannedOperation } from '../../api/events.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { pastTense, presentTense } from './outcomes.ts';
import type { Reporter } from './reporter.ts';

/** A line of `--progress json`, in the format of Docker Compose. */
export type ProgressLine = {
  readonly id?: string;
  readonly parent_id?: string;
  readonly status: 'Working' | 'Done' | 'Warning' | 'Error';
  readonly text: string;
  readonly details?: string;
  readonly because?: string;
  readonly ms?: number;
  /** Time of the event: CLOCK_MONOTONIC in nanoseconds. */
  readonly at?: number;
  readonly diagnostic?: Diagnostic;
};

export function jsonReporter(write: (text: string) => void): Reporter {
  const operations = new Map<number, PlannedOperation>();
  return {
    event: (event) => {
      if (event.type === 'plan')
        for (const operation of event.operations) operations.set(operation.id, operation);
      const line = lineOf(event, (id) => operations.get(id));
      if (line) write(`${JSON.stringify(line)}\n`);
    },
    finish: async () => {},
  };
}

export function diagnosticLine(diagnostic: Diagnostic): string {
  const status = diagnostic.severity === 'error' ? 'Error' : 'Warning';
  const line: ProgressLine = { status, text: diagnostic.message, diagnostic };
  return `${JSON.stringify(line)}\n`;
}

export function noteLine(text: string): string {
  const line: ProgressLine = { status: 'Done', text };
  return `${JSON.stringify(line)}\n`;
}

type Find = (id: number) => PlannedOperation | undefined;

function lineOf(event: Event, find: Find): ProgressLine | undefined {
  switch (event.type) {
    case 'operation.started':
      return about(find(event.id), (operation) => ({
        status: 'Working',
        text: capital(presentTense(operation)),
        at: event.at,
      }));
    case 'operation.done':
      return about(find(event.id), (operation) => ({
        status: 'Done',
        text: capital(pastTense(operation)),
        ...(event.detail && { details: event.detail }),
        ms: Math.round(event.ms),
        at: event.at,
      }));
    case 'operation.failed':
      return about(find(event.id), ({ verb }) => ({
        status: 'Error',
        text: `Failed to ${verb}`,
        ms: Math.round(event.ms),
        at: event.at,
      }));
    case 'operation.skipped':
      return about(find(event.id), () => ({ status: 'Warning', text: 'Skipped', details: event.because }));
    case 'undone':
      return about(find(event.id), () => ({
        status: 'Warning',
        text: 'Undone',
        ...(event.detail && { details: event.detail }),
      }));
    case 'undo.failed':
      return about(find(event.id), () => ({ status: 'Error', text: 'Failed to undo' }));
    case 'plan':
    case 'container.created':
    case 'container.failed':
    case 'container.started':
    case 'container.exited':
    case 'container.removed':
    case 'diagnostic':
    case 'end':
      return undefined;
    default:
      return event satisfies never;
  }
}

function about(
  operation: PlannedOperation | undefined,
  describe: (operation: PlannedOperation) => Omit<ProgressLine, 'id' | 'because'>,
): ProgressLine | undefined {
  if (!operation) return undefined;
  const { kind, name, because } = operation;
  return { id: `${capital(kind)} ${name}`, ...describe(operation), because };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
