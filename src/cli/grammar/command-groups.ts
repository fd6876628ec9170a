import type { CommandSpec } from './option-types.ts';

/** The first word of commands with two words, such as `volume ls`. */
export type CommandGroup<Spec extends CommandSpec = CommandSpec> = {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly Spec[];
};

/** The text of help and completion for the first word. */
const summaries = {
  image: 'Manage the images of this machine',
  volume: 'Manage the volumes of this machine',
  network: 'Manage the networks of this machine',
  system: 'Show and free disk space',
} as const;

export function commandGroups<Spec extends CommandSpec>(
  commands: readonly Spec[],
): readonly CommandGroup<Spec>[] {
  return Object.entries(summaries).flatMap(([name, summary]) => {
    const members = commands.filter((each) => each.name.startsWith(`${name} `));
    return members.length > 0 ? [{ name, summary, members }] : [];
  });
}

/** The words that may stand in the place of the command: `ls`, `volume`. */
export function firstWords(commands: readonly CommandSpec[]): readonly string[] {
  return [
    ...new Set(commands.flatMap(({ name, alias }) => [name.split(' ')[0]!, ...(alias ? [alias] : [])])),
  ];
}

/** `ls` of `volume ls`. */
export function secondWord({ name }: CommandSpec): string {
  return name.split(' ')[1] ?? '';
}
