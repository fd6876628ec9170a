import type { Event, PlannedOperation } from '../../api/events.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import {
  beginning,
  failure,
  type News,
  notUndone,
  outcome,
  resourceOf,
  restart,
  step,
  unchanged,
  undoing,
} from './outcomes.ts';
import type { Reporter } from './reporter.ts';

/** A line of `--progress json`, in the format of Docker Compose. */
export type ProgressLine = {
  readonly id?: string;
  readonly parent_id?: string;
  readonly status: 'Working' | 'Done' | 'Warning' | 'Error';
  readonly text: string;
  readonly details?: string;
  /** Bytes of a layer that are here, and all of it. */
  readonly current?: number;
  readonly total?: number;
  readonly percent?: number;
  readonly because?: string;
  readonly ms?: number;
  /** Time of the event: CLOCK_MONOTONIC in nanoseconds. */
  readonly at?: number;
  readonly diagnostic?: Diagnostic;
};

export function jsonReporter(
  write: (text: string) => void,
  { dryRun }: { readonly dryRun: boolean } = { dryRun: false },
): Reporter {
  const operations = new Map<number, PlannedOperation>();
  return {
    event: (event) => {
      if (event.type === 'plan')
        for (const operation of event.operations) operations.set(operation.id, withOwnName(operation));
      for (const line of linesOf(event, (id) => operations.get(id)))
        write(`${JSON.stringify(dryRun ? { 'dry-run': true, ...line } : line)}\n`);
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

/** The removal of a replaced container is about that container, under its temporary name. */
function withOwnName(operation: PlannedOperation): PlannedOperation {
  if (operation.verb !== 'remove') return operation;
  const { recreates: _, ...removal } = operation;
  return removal;
}

type Find = (id: number) => PlannedOperation | undefined;

function linesOf(event: Event, find: Find): readonly ProgressLine[] {
  switch (event.type) {
    case 'plan':
      return event.unchanged.map(unchanged).map(({ resource, word }) => ({
        id: resource,
        status: 'Done',
        text: word,
      }));
    case 'operation.started':
      return line(find(event.id), 'Working', inProgress, { at: event.at });
    case 'operation.done': {
      const operation = find(event.id);
      const status = operation && step(operation, true) ? 'Working' : 'Done';
      return line(operation, status, (its) => atEnd(its, event.detail), measured(event));
    }
    case 'operation.failed':
      return line(find(event.id), 'Error', failure, measured(event));
    case 'operation.skipped':
      return line(find(event.id), 'Warning', () => ({ word: 'Skipped', detail: event.because }));
    case 'undone':
      return line(find(event.id), 'Warning', (operation) => undoing(operation, event.detail, false));
    case 'undo.failed':
      return line(find(event.id), 'Error', () => notUndone);
    case 'container.restarting': {
      const { resource: id, word: text } = restart(event.container, event.exitCode);
      return [{ id, status: 'Working', text }];
    }
    case 'container.created':
    case 'container.failed':
    case 'container.started':
    case 'container.exited':
    case 'container.health':
    case 'container.paused':
    case 'container.unpaused':
    case 'container.removed':
    case 'diagnostic':
    case 'end':
      return [];
    default:
      return event satisfies never;
  }
}

function inProgress(operation: PlannedOperation): News | undefined {
  return step(operation, false) ?? beginning(operation);
}

function atEnd(operation: PlannedOperation, detail: string | undefined): News | undefined {
  // In a dry run, that is the cause.
  const news = detail === operation.because ? undefined : detail;
  return step(operation, true, news) ?? outcome(operation, detail);
}

function line(
  operation: PlannedOperation | undefined,
  status: ProgressLine['status'],
  describe: (operation: PlannedOperation) => News | undefined,
  times: Pick<ProgressLine, 'ms' | 'at'> = {},
): readonly ProgressLine[] {
  const news = operation && describe(operation);
  if (!operation || !news) return [];
  const { word: text, detail } = news;
  const details = detail === undefined ? {} : { details: detail };
  return [{ id: resourceOf(operation), status, text, ...details, ...times, because: operation.because }];
}

function measured({ ms, at }: { readonly ms: number; readonly at: number }): Pick<ProgressLine, 'ms' | 'at'> {
  return { ms: Math.round(ms), at };
}
