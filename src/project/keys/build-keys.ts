// Written by `npm run generate`: one key for each file in build/.
import { key as additionalContextsKey } from './build/additional_contexts.ts';
import { key as argsKey } from './build/args.ts';
import { key as cacheFromKey } from './build/cache_from.ts';
import { key as cacheToKey } from './build/cache_to.ts';
import { key as contextKey } from './build/context.ts';
import { key as dockerfileKey } from './build/dockerfile.ts';
import { key as dockerfileInlineKey } from './build/dockerfile_inline.ts';
import { key as entitlementsKey } from './build/entitlements.ts';
import { key as extraHostsKey } from './build/extra_hosts.ts';
import { key as isolationKey } from './build/isolation.ts';
import { key as labelsKey } from './build/labels.ts';
import { key as networkKey } from './build/network.ts';
import { key as noCacheKey } from './build/no_cache.ts';
import { key as noCacheFilterKey } from './build/no_cache_filter.ts';
import { key as platformsKey } from './build/platforms.ts';
import { key as privilegedKey } from './build/privileged.ts';
import { key as provenanceKey } from './build/provenance.ts';
import { key as pullKey } from './build/pull.ts';
import { key as sbomKey } from './build/sbom.ts';
import { key as secretsKey } from './build/secrets.ts';
import { key as shmSizeKey } from './build/shm_size.ts';
import { key as sshKey } from './build/ssh.ts';
import { key as tagsKey } from './build/tags.ts';
import { key as targetKey } from './build/target.ts';
import { key as ulimitsKey } from './build/ulimits.ts';
import type { Keys } from './value.ts';

export const buildKeys: Keys = {
  additional_contexts: additionalContextsKey,
  args: argsKey,
  cache_from: cacheFromKey,
  cache_to: cacheToKey,
  context: contextKey,
  dockerfile: dockerfileKey,
  dockerfile_inline: dockerfileInlineKey,
  entitlements: entitlementsKey,
  extra_hosts: extraHostsKey,
  isolation: isolationKey,
  labels: labelsKey,
  network: networkKey,
  no_cache: noCacheKey,
  no_cache_filter: noCacheFilterKey,
  platforms: platformsKey,
  privileged: privilegedKey,
  provenance: provenanceKey,
  pull: pullKey,
  sbom: sbomKey,
  secrets: secretsKey,
  shm_size: shmSizeKey,
  ssh: sshKey,
  tags: tagsKey,
  target: targetKey,
  ulimits: ulimitsKey,
};
