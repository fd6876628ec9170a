/** A row of a list: values by the names that `{{.Name}}` uses. */
export type Row = Readonly<Record<string, unknown>>;

/** A template of `--format`: text, and actions that print a field of a row. */
export type Template = {
  /** Whether the columns are aligned below a header: `table {{.Name}}\t{{.State}}`. */
  readonly isTable: boolean;
  readonly render: (row: Row) => string;
  /** The names of the fields in place of their values. */
  readonly header: string;
};

/**
 * The part of Go's templates that `--format` of Docker and Docker Compose is used with: `{{.Name}}`, `{{.Config.User}}`,
 * `{{json .}}`, `{{.Label "key"}}`, `{{index .Labels "key"}}`, `{{upper .Name}}`, `{{lower .Name}}`. Throws a `TypeError`
 * for anything else.
 */
export function goTemplate(text: string, fields: readonly string[]): Template {
  const isTable = /^table(\s|$)/.test(text);
  const body = (isTable ? text.replace(/^table\s*/, '') : text)
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const parts = body.split(/(\{\{.*?\}\})/).map((part) => {
    const [, action] = /^\{\{-?\s*(.*?)\s*-?\}\}$/.exec(part) ?? [];
    return action === undefined ? { print: () => part, title: part } : readAction(action, fields);
  });
  return {
    isTable,
    render: (row) => parts.map(({ print }) => print(row)).join(''),
    header: parts.map(({ title }) => title).join(''),
  };
}

type Action = { readonly print: (row: Row) => string; readonly title: string };

function readAction(action: string, fields: readonly string[]): Action {
  const [, label] = /^\.Label\s+"([^"]*)"$/.exec(action) ?? [];
  if (label !== undefined) return { print: (row) => labelOf(row, label), title: label };
  const { name, path } = readIndex(action) ?? readPath(action);
  const [field = ''] = path;
  const format = Object.hasOwn(formats, name) ? formats[name as keyof typeof formats] : undefined;
  if (!format || (field === '' && name !== 'json') || (field !== '' && !fields.includes(field)))
    throw new TypeError(`expected \`{{.Field}}\` with a field among ${fields.join(', ')}`);
  return {
    print: (row) => format(path.reduce(valueIn, row)),
    title: path
      .join(' ')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase(),
  };
}

/** The output of an action, and its place: a field of the row, and keys and positions below it. */
type Reference = { readonly name: string; readonly path: readonly string[] };

function readPath(action: string): Reference {
  const [, name = 'print', path = ''] = /^(?:(\w+)\s+)?\.(\w+(?:\.\w+)*|)$/.exec(action) ?? [];
  return { name, path: path === '' ? [] : path.split('.') };
}

function readIndex(action: string): Reference | undefined {
  const [, path = '', keys] = /^index\s+\.([\w.]+)((?:\s+(?:"[^"]*"|\d+))+)$/.exec(action) ?? [];
  const read = [...(keys?.matchAll(/"([^"]*)"|(\d+)/g) ?? [])].map(([, key, position]) => key ?? position!);
  return keys === undefined ? undefined : { name: 'print', path: [...path.split('.'), ...read] };
}

/** As in Go, a key that a map lacks is no error. */
function valueIn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : '';
}

const formats = {
  print: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  json: (value: unknown) => JSON.stringify(value),
  upper: (value: unknown) => String(value).toUpperCase(),
  lower: (value: unknown) => String(value).toLowerCase(),
};

/** `Labels` has them as Docker prints them: `a=b,c=d`. */
function labelOf({ Labels }: Row, key: string): string {
  const found = String(Labels ?? '')
    .split(',')
    .find((label) => label.startsWith(`${key}=`));
  return found?.slice(key.length + 1) ?? '';
}
