import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { newContainer } from '../../../src/engine/facts/new-container.ts';
import { emptyRecord, type ProjectRecord } from '../../../src/engine/record/project-record.ts';
import type { NewVolume } from '../../../src/engine/volumes/create.ts';
import { type VolumeStore, volumeStore } from '../../../src/engine/volumes/store.ts';
import type { Service } from '../../../src/project/model/project.ts';
import { loadText, web } from '../../project/support.ts';

/** A test with a state directory of its own. */
export const inState =
  (check: (t: ExecutionContext, state: string, store: VolumeStore) => Promise<void>) =>
  async (t: ExecutionContext): Promise<void> => {
    const state = mkdtempSync(join(tmpdir(), 'tscompose-volumes-'));
    try {
      await check(t, state, volumeStore(state));
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  };

export const plain = (name: string, more: Partial<NewVolume> = {}): NewVolume => ({
  name,
  options: {},
  labels: {},
  isAnonymous: false,
  ...more,
});

/** Writes the record of a project with a stopped container that uses these volumes, and this root. */
export const recordUse = (
  state: string,
  project: string,
  volumes: readonly string[],
  more: Partial<Service> = {},
): void => {
  const { web: service } = loadText(web('x-tscompose: {rootfs: host}')).project!.services;
  const name = `${project}-db-1`;
  const definition = { ...service!, ...more };
  const container = newContainer(() => ({}), definition, 1, name, 'direct');
  const record: ProjectRecord = {
    ...emptyRecord(project),
    containers: {
      [name]: {
        ...container,
        volumes: Object.fromEntries(volumes.map((volume, index) => [`/${index}`, volume])),
      },
    },
  };
  mkdirSync(join(state, project), { recursive: true });
  writeFileSync(join(state, project, 'project.json'), JSON.stringify(record));
};
