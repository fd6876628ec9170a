import * as z from 'zod';
import {
  boolean,
  bytes,
  labels,
  mapping,
  options,
  orNothing,
  text,
  textOrList,
  texts,
  variables,
} from './fields.ts';
import { grantsSchema } from './grants.ts';
import { hostsSchema, ulimitsSchema } from './shared.ts';

/** Builds the schema of `build`: a directory, or how to build an image. */
export function buildSchema() {
  return orNothing(z.union([text(), longSchema()]));
}

function longSchema() {
  return mapping('build', {
    ...sourceKeys(),
    ...environmentKeys(),
    ...resultKeys(),
  });
}

function sourceKeys() {
  return {
    context: text().describe('Directory with the files, or the address of a repository.'),
    dockerfile: text().describe('Name of the Dockerfile in the context.'),
    dockerfile_inline: text().describe('The Dockerfile itself; excludes `dockerfile`.'),
    additional_contexts: variables().describe(
      'Further directories, by the name that the Dockerfile has for them.',
    ),
    args: variables().describe(
      'Arguments of the Dockerfile; one without a value comes from the environment.',
    ),
    target: text().describe('Stage of the Dockerfile to build.'),
    secrets: grantsSchema('secret').describe('Secrets that the build may read.'),
    ssh: z
      .union([z.array(text()), options(), z.null()])
      .describe('Agents or keys of SSH that the build may use.'),
  };
}

function environmentKeys() {
  return {
    network: text().describe('Network of the build.'),
    extra_hosts: hostsSchema().describe('Further lines of /etc/hosts while building.'),
    isolation: text().describe('Isolation technology, on Windows.'),
    privileged: boolean().describe('Build with all capabilities.'),
    entitlements: texts().describe('What the builder is allowed in addition.'),
    shm_size: bytes().describe('Size of /dev/shm while building.'),
    ulimits: ulimitsSchema().describe('Resource limits while building.'),
  };
}

function resultKeys() {
  return {
    labels: labels().describe('Labels of the image.'),
    tags: texts().describe('Further names of the image.'),
    platforms: texts().describe('Platforms to build for.'),
    cache_from: texts().describe('Where earlier results are found.'),
    cache_to: texts().describe('Where results are kept.'),
    no_cache: boolean().describe('Use no earlier results.'),
    no_cache_filter: textOrList(text()).describe('Stages that use no earlier results.'),
    pull: boolean().describe('Fetch base images also when they are there.'),
    provenance: z.union([z.boolean(), text()]).describe('Add a statement of where the image comes from.'),
    sbom: z.union([z.boolean(), text()]).describe('Add a list of what is in the image.'),
  };
}
