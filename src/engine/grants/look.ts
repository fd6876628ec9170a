import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Contents, contentKey } from '../../project/model/grant-contents.ts';
import type { Service } from '../../project/model/project.ts';
import { contentOf, isContent } from './contents.ts';
import type { Kept } from './store.ts';

export type Look = {
  /** SHA-256 of every content, by `secrets.token`. */
  readonly digests: ReadonlyMap<string, string>;
  /** One for each content that is not there. */
  readonly problems: readonly Diagnostic[];
};

/** Reads the contents of the configs and secrets of services, each once. */
export const lookAtContents = (services: readonly Service[], contents: Contents): Look => {
  const digests = new Map<string, string>();
  const problems: Diagnostic[] = [];
  const grants = services.flatMap((service) => service.grants ?? []);
  for (const [key, grant] of new Map(grants.map((one) => [contentKey(one), one]))) {
    const content = contentOf(grant, contents);
    if (isContent(content)) digests.set(key, digestOf(content));
    else problems.push(content);
  }
  return { digests, problems };
};

/** The configs and secrets of a container that differ from those of its last start; none where that is not known. */
export const changedContents = ({ digests }: Look, kept: Kept | undefined): readonly string[] =>
  Object.entries(kept?.started ?? {}).flatMap(([key, digest]) => {
    const now = digests.get(key);
    return now === undefined || now === digest ? [] : [key];
  });

/** SHA-256, in hexadecimal. */
export const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
