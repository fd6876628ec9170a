import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../base/diagnostic.ts';
import { makeHostSteps } from '../../kernel/launch/host-steps.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { META_FILE } from '../erofs/files.ts';
import { erofsImage } from '../erofs/image.ts';
import { Tree } from '../tree/tree.ts';
import { ROOT_KINDS, type RootKind } from './image-root.ts';
import { creationSteps } from './steps.ts';

/** The abilities of this machine with images. */
export type RootProbe = {
  /** The kind that is used for new images: the first that works, or the one that `TSCOMPOSE_ROOT_KIND` forces. */
  readonly kind: RootKind;
  readonly isForced: boolean;
  readonly working: readonly RootKind[];
  /** Why the others do not work: `Linux mounts EROFS from files since 6.12 (fsconfig: ENOTBLK)`. */
  readonly reasons: readonly (readonly [kind: RootKind, reason: string])[];
};

/** All kinds of roots, each tried; see `probeKind`. */
export const probeRoots = (directory: string, forced = process.env.TSCOMPOSE_ROOT_KIND): RootProbe => {
  const kind = probeKind(directory, forced);
  const reasons = ROOT_KINDS.flatMap((each) => {
    const reason = reasonAgainst(directory, each);
    return reason === undefined ? [] : [[each, reason] as const];
  });
  const working = ROOT_KINDS.filter((each) => !reasons.some(([failing]) => failing === each));
  return { kind, isForced: Boolean(forced), working, reasons };
};

/**
 * Tries the kinds of roots on this kernel and the file system of a directory until one works, with EROFS itself: a small
 * file system is created and never mounted. Throws a Problem if `TSCOMPOSE_ROOT_KIND` is no kind, or one that does not work.
 */
export const probeKind = (directory: string, forced: string | undefined): RootKind => {
  if (!forced) return ROOT_KINDS.find((each) => reasonAgainst(directory, each) === undefined)!;
  const kind = ROOT_KINDS.find((known) => known === forced);
  if (!kind) throw new Problem(noSuchKind(forced));
  const reason = reasonAgainst(directory, kind);
  if (reason !== undefined) throw new Problem(notHere(kind, reason));
  return kind;
};

/** The kernel does not change while a process runs. */
const reasonAgainst = (directory: string, kind: RootKind): string | undefined => {
  if (kind === 'directory') return undefined;
  const key = `${kind} ${directory}`;
  if (!tried.has(key)) tried.set(key, tryKind(directory, kind));
  return tried.get(key);
};

const tried = new Map<string, string | undefined>();

const tryKind = (directory: string, kind: keyof typeof SINCE): string | undefined => {
  const probe = mkdtempSync(join(directory, 'probe-'));
  try {
    const layer = join(probe, 'layer');
    writeFileSync(layer, Buffer.alloc(512));
    const image = erofsImage(new Tree(), [512], { blocks: new Map(), bytes: 0 });
    for (const piece of image) writeFileSync(join(probe, META_FILE), piece, { flag: 'a' });
    const failure = makeHostSteps(creationSteps({ kind, directory: probe, layers: [layer] }));
    return failure && `${SINCE[kind]} (${failure.step.call}: ${errnoName(failure.errno)})`;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
};

const SINCE = {
  erofs: 'Linux mounts EROFS from files since 6.12, if it was built with them',
  'erofs-loop': 'Linux mounts EROFS with blocks of 512 bytes since 6.4, through loop devices',
};

const noSuchKind = (forced: string) =>
  ({
    severity: 'error',
    code: 'usage',
    message: `TSCOMPOSE_ROOT_KIND must be one of ${ROOT_KINDS.join(', ')}, and is ${JSON.stringify(forced)}`,
  }) as const;

const notHere = (kind: RootKind, reason: string) =>
  ({
    severity: 'error',
    code: 'unsupported-kernel',
    message: `TSCOMPOSE_ROOT_KIND forces ${kind}, which does not work here`,
    notes: [reason],
  }) as const;
