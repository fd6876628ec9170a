import type { Diagnostic } from '../../base/diagnostic.ts';
import { placeOf, type Span } from '../tree/tree.ts';
import type { Environment } from './environment.ts';
import type { Interpolate } from './from-yaml.ts';
import { type InterpolationProblem, interpolate } from './interpolate.ts';

/** Makes the function that replaces variables in the values of a file; it reports each unset one once. */
export function interpolator(environment: Environment, diagnostics: Diagnostic[]): Interpolate {
  const unset = new Set<string>();
  let room = mostText;
  return (template, span) => {
    if (room < 0) return '';
    const { text, problems } = interpolate(template, (name) => environment.variables.get(name));
    room -= text.length;
    const isTooMuch = room < 0;
    const all = isTooMuch ? [{ kind: 'too-long', start: 0, end: template.length } as const] : problems;
    const locate = locator(template, span);
    for (const problem of all) {
      if (problem.kind === 'unset' && unset.has(problem.name)) continue;
      if (problem.kind === 'unset') unset.add(problem.name);
      diagnostics.push(describe(problem, locate(problem), environment));
    }
    return isTooMuch ? '' : text;
  };
}

/** The most characters that variables may give in one project. */
const mostText = 2 ** 24;

function describe(problem: InterpolationProblem, span: Span, environment: Environment): Diagnostic {
  const at = placeOf(span);
  const notes = [looked(environment)];
  switch (problem.kind) {
    case 'unset': {
      const { name } = problem;
      const message = `\`${name}\` is not set; using an empty string`;
      const help = `set it, or write \`\${${name}:-}\` for an empty value`;
      return { severity: 'warning', code: 'unset-variable', message, at, notes, help, subject: name };
    }
    case 'required': {
      const message = `\`${problem.name}\` is required here but not set`;
      const label = problem.message ? { label: problem.message } : {};
      return { severity: 'error', code: 'missing-variable', message, at, ...label, notes };
    }
    case 'malformed':
      return {
        severity: 'error',
        code: 'invalid-interpolation',
        message: 'invalid variable reference',
        at,
        label: 'expected a value such as `${NAME}` or `${NAME:-default}`',
        help: 'write `$$` for a dollar sign',
      };
    case 'too-long': {
      const message = 'the interpolated text is too long';
      return {
        severity: 'error',
        code: 'invalid-interpolation',
        message,
        at,
        help: 'look for a variable that contains itself',
      };
    }
    default:
      return problem satisfies never;
  }
}

type Locate = (problem: InterpolationProblem) => Span;

/** Where in the file a part of a template stands: at once where it stands there as it is, else by searching. */
function locator(template: string, span: Span): Locate {
  const { source, start } = span;
  const offset = [0, 1].find((quote) => source.text.startsWith(template, start + quote));
  if (offset === undefined) return (problem) => search(template, problem, span);
  return (problem) => ({ source, start: start + offset + problem.start, end: start + offset + problem.end });
}

/** Escapes and folded lines can hide it, then it is all of the value. */
function search(template: string, { start, end }: InterpolationProblem, span: Span): Span {
  if (template.length > longToSearch) return span;
  const part = template.slice(start, end);
  const earlier = template.slice(0, start).split(part).length - 1;
  let at = span.start - 1;
  for (let skip = 0; skip <= earlier; skip++) {
    at = span.source.text.indexOf(part, at + 1);
    if (at === -1 || at + part.length > span.end) return span;
  }
  return { ...span, start: at, end: at + part.length };
}

const longToSearch = 10_000;

function looked({ files }: Environment): string {
  const read = files.map(
    ({ shown, count }) => `${shown} (${count} ${count === 1 ? 'variable' : 'variables'})`,
  );
  return `looked in ${['the environment', ...read].join(' and in ')}`;
}
