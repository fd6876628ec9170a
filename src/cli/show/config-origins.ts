import { type Origin, originsOf } from '../../project/combine/origins.ts';
import { withoutBlanks } from '../../project/combine/without-zeros.ts';
import { jsonText } from '../../project/json-text.ts';
import { printCommented } from '../../project/print.ts';
import { formatPath } from '../../project/tree/path.ts';
import type { Context } from '../command-context.ts';
import type { LoadedFiles } from '../selection/open-project.ts';
import { nameOf } from './diagnostics/place-name.ts';

/** The project with a comment at every value: `compose.yaml:3:12`, and the variables used in it. */
export function explainedYaml(loaded: LoadedFiles, context: Context, isTemplate: boolean): string {
  const printed = { ...loaded, canonical: withoutBlanks(loaded.canonical) };
  const origins = new Map(originsIn(printed, context).map((origin) => [formatPath(origin.path), origin]));
  return printCommented(loaded.canonical, isTemplate, (path) => {
    const { at, variables = [], option } = origins.get(formatPath(path))!;
    const from = [at && nameOf(at, context.cwd), option, ...variables.map((name) => `\${${name}}`)];
    return from.filter(Boolean).join(' ') || 'default';
  });
}

/** The same as a list, with absolute paths of files. */
export function explainedJson(loaded: LoadedFiles, context: Context): string {
  const list = originsIn(loaded, context).map(({ path, value, at, variables, option }) => ({
    path: formatPath(path),
    value,
    ...(at && { file: at.file, line: at.line, column: at.column }),
    ...(variables && { variables }),
    ...(option && { option }),
    ...(!at && !variables && !option && { default: true }),
  }));
  return jsonText(list);
}

type Named = Origin & {
  /** The command-line option that sets the value. */
  readonly option?: string;
};

function originsIn(loaded: LoadedFiles, { globals }: Context): Named[] {
  return originsOf(loaded).map((origin) => {
    if (origin.at || formatPath(origin.path) !== 'name' || !loaded.nameIsExplicit) return origin;
    return globals.projectName
      ? { ...origin, option: '--project-name' }
      : { ...origin, variables: ['COMPOSE_PROJECT_NAME'] };
  });
}
