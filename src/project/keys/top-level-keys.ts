// Written by `npm run generate`: one key for each file in top-level/.
import { key as configsKey } from './top-level/configs.ts';
import { key as includeKey } from './top-level/include.ts';
import { key as modelsKey } from './top-level/models.ts';
import { key as nameKey } from './top-level/name.ts';
import { key as networksKey } from './top-level/networks.ts';
import { key as secretsKey } from './top-level/secrets.ts';
import { key as servicesKey } from './top-level/services.ts';
import { key as versionKey } from './top-level/version.ts';
import { key as volumesKey } from './top-level/volumes.ts';
import type { Keys } from './value.ts';

export const topLevelKeys: Keys = {
  configs: configsKey,
  include: includeKey,
  models: modelsKey,
  name: nameKey,
  networks: networksKey,
  secrets: secretsKey,
  services: servicesKey,
  version: versionKey,
  volumes: volumesKey,
};
