import type { ExecutionContext } from 'ava';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { type Loaded, type LoadOptions, loadProject } from '../../src/project/load.ts';
import type { CanonicalService } from '../../src/project/model/canonical.ts';
import type { Project, Service } from '../../src/project/model/project.ts';
import { printCanonical } from '../../src/project/print.ts';

/** Loads a text as if it stood in /project/compose.yaml, without looking at the file system. */
export function loadText(text: string, options: Partial<LoadOptions> = {}): Loaded {
  return loadProject({
    files: ['-'],
    environment: {},
    cwd: '/project',
    strict: false,
    stdin: () => text,
    checkFiles: false,
    ...options,
  });
}

/** A file with one service, `web`, which has a command and these keys. */
export function web(keys: string): string {
  const command = /^(command|entrypoint):/m.test(keys) ? '' : '    command: sleep 1\n';
  return `services:\n  web:\n${command}${indented(keys)}`;
}

/** The model of `web`; the file must be without errors, and print into a file with the same model. */
export function service(t: ExecutionContext, text: string, options: Partial<LoadOptions> = {}): Service {
  return projectOf(t, text, options).services.web!;
}

export function projectOf(t: ExecutionContext, text: string, options: Partial<LoadOptions> = {}): Project {
  const loaded = loadText(text, options);
  t.deepEqual(findings(loaded.diagnostics, loaded), []);
  for (const format of ['yaml', 'json'] as const) {
    const printed = printCanonical(loaded.canonical!, format);
    const again = loadText(printed, { cwd: '/elsewhere', projectDirectory: '/project' });
    t.deepEqual(again.project, loaded.project, 'what is printed loads back to the same model');
    t.is(printCanonical(again.canonical!, format), printed, 'printing is stable');
  }
  return loaded.project!;
}

/** The canonical form of `web`. */
export function canonicalService(text: string, options: Partial<LoadOptions> = {}): CanonicalService {
  return loadText(text, options).canonical!.services.web!;
}

/** What is wrong with a text: `error unknown-key 3:5 enviroment`, the last being what the caret marks. */
export function problems(text: string, options: Partial<LoadOptions> = {}): string[] {
  const loaded = loadText(text, options);
  return findings(loaded.diagnostics, loaded);
}

export function findings(diagnostics: readonly Diagnostic[], { sources }: Loaded): string[] {
  return diagnostics.map(({ severity, code, at }) => {
    if (!at) return `${severity} ${code}`;
    const marked = (sources.get(at.file) ?? '').slice(at.start, at.end);
    return `${severity} ${code} ${at.line}:${at.column} ${marked}`;
  });
}

function indented(text: string): string {
  return `${text.trim().replaceAll(/^(?=.)/gm, '    ')}\n`;
}
