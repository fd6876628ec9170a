/** The result of interpolation: the text, and all of its faults, with offsets into the template. */
export type Interpolation = { readonly text: string; readonly problems: readonly InterpolationProblem[] };

export type InterpolationProblem = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'unset'; readonly name: string }
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'too-long' }
);

export type Lookup = (name: string) => string | undefined;

/**
 * Replaces `$NAME` and `${NAME}` with all operators of Compose: `:-` `-` (default), `:?` `?` (required),
 * `:+` `+` (replacement); the text of an operator is a template again and is read only if it is used.
 * `$$` is a dollar, and so is a `$` that nothing of this follows.
 */
export function interpolate(template: string, lookup: Lookup): Interpolation {
  const problems: InterpolationProblem[] = [];
  return { text: expand(template, { base: 0, depth: 0, lookup, problems }), problems };
}

/** A variable that a template names, used or not, and what the template says about it. */
export type Mention = {
  readonly name: string;
  /** `:?` or `?`: the template has no meaning without it. */
  readonly isRequired: boolean;
  /** The text where it has no value. */
  readonly preset?: string;
  /** The text where it has one. */
  readonly replacement?: string;
};

/** All variables of a template; variables in the text of an operator follow the variable of that operator. */
export function mentionsIn(template: string, depth = 0): Mention[] {
  if (depth > deepest) return [];
  const mentions: Mention[] = [];
  let position = 0;
  for (let dollar = template.indexOf('$'); dollar !== -1; dollar = template.indexOf('$', position)) {
    const reference = readReference(template, dollar);
    position = reference.end;
    if (reference.kind === 'plain') mentions.push({ name: reference.name, isRequired: false });
    if (reference.kind !== 'operation') continue;
    const { name, operator, operand } = reference;
    const kind = operator.at(-1);
    mentions.push({
      name,
      isRequired: kind === '?',
      ...(kind === '-' && { preset: operand }),
      ...(kind === '+' && { replacement: operand }),
    });
    mentions.push(...mentionsIn(operand, depth + 1));
  }
  return mentions;
}

type Scan = {
  /** Where this template begins in the outermost one. */
  readonly base: number;
  readonly depth: number;
  readonly lookup: Lookup;
  readonly problems: InterpolationProblem[];
};

function expand(template: string, scan: Scan): string {
  let text = '';
  let position = 0;
  for (let dollar = template.indexOf('$'); dollar !== -1; dollar = template.indexOf('$', position)) {
    text += template.slice(position, dollar);
    const reference = readReference(template, dollar);
    position = reference.end;
    if (reference.kind === 'literal') text += '$';
    else text += resolve({ ...reference, start: dollar }, scan);
    if (text.length > longest) {
      scan.problems.push({ kind: 'too-long', start: scan.base, end: scan.base + template.length });
      return '';
    }
  }
  return text + template.slice(position);
}

type Reference = { readonly end: number } & (
  | { readonly kind: 'literal' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'plain'; readonly name: string }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly operator: string;
      readonly operand: string;
      readonly operandStart: number;
    }
);

function readReference(template: string, dollar: number): Reference {
  const next = template[dollar + 1];
  if (next === '$') return { kind: 'literal', end: dollar + 2 };
  if (next === '{') return readBraced(template, dollar);
  const name = nameAt(template, dollar + 1);
  if (name === '') return { kind: 'literal', end: dollar + 1 };
  return { kind: 'plain', name, end: dollar + 1 + name.length };
}

function readBraced(template: string, dollar: number): Reference {
  const close = closingBrace(template, dollar + 2);
  const end = close === -1 ? template.length : close + 1;
  const name = nameAt(template, dollar + 2);
  const after = dollar + 2 + name.length;
  if (name === '' || close === -1) return { kind: 'malformed', end };
  if (after === close) return { kind: 'plain', name, end };
  const operator = operatorAt(template, after);
  if (operator === '') return { kind: 'malformed', end };
  const operandStart = after + operator.length;
  return {
    kind: 'operation',
    name,
    operator,
    operand: template.slice(operandStart, close),
    operandStart,
    end,
  };
}

function resolve(
  reference: Exclude<Reference, { kind: 'literal' }> & { readonly start: number },
  { base, depth, lookup, problems }: Scan,
): string {
  const place = { start: base + reference.start, end: base + reference.end };
  if (reference.kind === 'malformed' || depth > deepest) {
    problems.push({ kind: 'malformed', ...place });
    return '';
  }
  const value = lookup(reference.name);
  if (reference.kind === 'plain') {
    if (value === undefined) problems.push({ kind: 'unset', name: reference.name, ...place });
    return value ?? '';
  }
  const operand = () =>
    expand(reference.operand, { base: base + reference.operandStart, depth: depth + 1, lookup, problems });
  const isSet = value !== undefined && (value !== '' || !reference.operator.startsWith(':'));
  switch (reference.operator.at(-1)) {
    case '-':
      return isSet ? value : operand();
    case '+':
      return isSet ? operand() : '';
    default:
      if (isSet) return value;
      problems.push({ kind: 'required', name: reference.name, message: operand(), ...place });
      return '';
  }
}

/** Position of the brace that balances the one before `position`, or -1. */
function closingBrace(template: string, position: number): number {
  let depth = 1;
  for (let index = position; index < template.length; index++) {
    if (template[index] === '{') depth++;
    else if (template[index] === '}' && --depth === 0) return index;
  }
  return -1;
}

function nameAt(template: string, position: number): string {
  namePattern.lastIndex = position;
  return namePattern.exec(template)?.[0] ?? '';
}

function operatorAt(template: string, position: number): string {
  operatorPattern.lastIndex = position;
  return operatorPattern.exec(template)?.[0] ?? '';
}

/** More than any real template has, and far below the limit of the stack. */
const deepest = 100;
/** A variable may hold itself twice, and that again; execve(2) takes an eighth of this. */
const longest = 2 ** 20;
const namePattern = /[_a-z][_a-z0-9]*/iy;
const operatorPattern = /:?[-?+]/y;
