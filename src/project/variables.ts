import type { Diagnostic } from '../base/diagnostic.ts';
import type { Environment } from './environment.ts';
import type { Interpolate } from './from-yaml.ts';
import { type InterpolationProblem, interpolate } from './interpolate.ts';
import { placeOf, type Span } from './tree.ts';

/** Makes the function that replaces variables in the values of a file; it reports each unset one once. */
export function interpolator(environment: Environment, diagnostics: Diagnostic[]): Interpolate {
  const unset = new Set<string>();
  return (template, span) => {
    const { text, problems } = interpolate(template, (name) => environment.variables.get(name));
    for (const problem of problems) {
      if (problem.kind === 'unset' && unset.has(problem.name)) continue;
      if (problem.kind === 'unset') unset.add(problem.name);
      diagnostics.push(describe(problem, template, span, environment));
    }
    return text;
  };
}

function describe(
  problem: InterpolationProblem,
  template: string,
  span: Span,
  environment: Environment,
): Diagnostic {
  const at = placeOf(locate(template, problem, span));
  const notes = [looked(environment)];
  switch (problem.kind) {
    case 'unset': {
      const { name } = problem;
      const message = `\`${name}\` is not set, so nothing stands in its place`;
      const help = `set it, or write \`\${${name}:-}\` if that is meant`;
      return { severity: 'warning', code: 'unset-variable', message, at, notes, help };
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
        message: 'this is not a variable',
        at,
        label: 'expected such as `${NAME}` or `${NAME:-default}`',
        help: 'write `$$` for a dollar',
      };
    default:
      return problem satisfies never;
  }
}

/** Where in the file a part of a template stands; escapes and folded lines can hide it, then all of the value. */
function locate(template: string, { start, end }: InterpolationProblem, span: Span): Span {
  const part = template.slice(start, end);
  const earlier = template.slice(0, start).split(part).length - 1;
  let at = span.start - 1;
  for (let skip = 0; skip <= earlier; skip++) {
    at = span.source.text.indexOf(part, at + 1);
    if (at === -1 || at + part.length > span.end) return span;
  }
  return { ...span, start: at, end: at + part.length };
}

function looked({ files }: Environment): string {
  const read = files.map(
    ({ shown, count }) => `${shown} (${count} ${count === 1 ? 'variable' : 'variables'})`,
  );
  return `looked in ${['the environment', ...read].join(' and in ')}`;
}
