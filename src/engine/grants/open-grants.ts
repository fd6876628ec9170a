import { closeSync } from 'node:fs';
import { Problem } from '../../base/diagnostic.ts';
import { contentDescriptors, grantSpace } from '../../container/root/grants.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import { contentKey } from '../../project/model/grant-contents.ts';
import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { contentOf, isContent } from './contents.ts';
import { digestOf } from './look.ts';

/** The contents of a container's configs and secrets at its start. */
export type OpenGrants = {
  /** Descriptors with the contents, as values of its Program. */
  readonly values: Values;
  /** Bytes of memory for their files. */
  readonly bytes: number;
  /** Notes what the container was started with. */
  readonly started: () => void;
  readonly close: () => void;
};

/** Reads the sources again. Throws a Problem with everything that is wrong with them. */
export const openGrants = (
  { grants: store }: Pick<Context, 'grants'>,
  { id, definition: { grants = [] } }: Pick<ContainerRecord, 'id' | 'definition'>,
): OpenGrants => {
  if (grants.length === 0) return NONE;
  const { contents } = store.read(id) ?? { contents: {} };
  const found = grants.map((grant) => contentOf(grant, contents));
  const problems = found.flatMap((content) => (isContent(content) ? [] : [content]));
  if (problems.length > 0) throw new Problem(problems);
  const all = found.filter(isContent);
  const opened = all.map((content) => store.open(content));
  const started = Object.fromEntries(
    all.flatMap((content, index) => {
      const grant = grants[index]!;
      // The container that hands it on is recreated when it changes, and this one with it.
      return grant.inherited ? [] : [[contentKey(grant), digestOf(content)]];
    }),
  );
  const bytes = grantSpace(all.map(({ length }) => length));
  for (const content of all) content.fill(0);
  return {
    values: Object.fromEntries(contentDescriptors({ grants }).map((ref, index) => [ref, opened[index]!])),
    bytes,
    started: () => store.write(id, { contents, started }),
    close: () => {
      for (const file of opened) closeSync(file);
    },
  };
};

const NONE: OpenGrants = { values: {}, bytes: 0, started: () => {}, close: () => {} };
