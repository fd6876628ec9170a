import type { Held, IsolationReport, PlacedOpening, ProcessFacts } from '../../engine/doors/isolation.ts';

/** The document of `isolation --format json`; schema/isolation.md describes its keys. */
export function isolationJson({ containers, sharedMounts }: IsolationReport): object {
  return { containers: containers.map(heldJson), sharedMounts };
}

/** One container of it, and what `explain --format json` has for a service. */
export function heldJson({ service, container, pid, facts, open, differences }: Held): object {
  const { namespaces, process, exceptions, devices, hostMounts } = facts;
  return {
    service,
    container,
    source: pid === undefined ? 'file' : 'kernel',
    ...(pid !== undefined && { pid }),
    namespaces,
    ...processJson(process),
    devices,
    hostMounts: hostMounts.map(({ identity: _, ...mount }) => mount),
    exceptions: exceptions.map(({ pid, command, devices: own, ...one }) => ({
      pid,
      command,
      ...processJson(one),
      ...(own && { devices: own }),
    })),
    open: open.map(openingJson),
    differences,
  };
}

function processJson({ capabilities, filters, noNewPrivileges, user }: ProcessFacts): object {
  return { capabilities, seccompFilters: filters, noNewPrivileges, user };
}

function openingJson({ rule, subject, text, process, by, key, at }: PlacedOpening): object {
  return {
    rule,
    subject,
    text,
    ...process,
    by,
    ...(key !== undefined && { key }),
    ...(at && { file: at.file, line: at.line, column: at.column }),
  };
}
