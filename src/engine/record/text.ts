import { oncePer } from '../../base/lazy.ts';
import type { ContainerRecord, ProjectRecord } from './project-record.ts';

/**
 * The JSON of a record. It is written whole at every change, and a change is about one container of many, so the text
 * of each is kept as long as its record: a container that changes gets a new one.
 */
export const recordText = ({ containers, ...others }: ProjectRecord): string =>
  withProperty(others, 'containers', membersOf(containers));

const membersOf = (containers: ProjectRecord['containers']): string =>
  `{${Object.entries(containers)
    .map(([name, container]) => `${JSON.stringify(name)}:${containerText(container)}`)
    .join(',')}}`;

const definitionText = oncePer((definition: ContainerRecord['definition']) => JSON.stringify(definition));

const containerText = oncePer(({ definition, ...others }: ContainerRecord) =>
  withProperty(others, 'definition', definitionText(definition)),
);

/** `others` has properties of its own. */
const withProperty = (others: object, name: string, text: string): string =>
  `${JSON.stringify(others).slice(0, -1)},"${name}":${text}}`;
