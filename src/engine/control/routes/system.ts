import { ping, version } from '../../../api/calls/system.ts';
import { version as number } from '../../../base/version.ts';
import { answers, type Route } from '../route.ts';

export const SYSTEM_ROUTES: readonly Route[] = [
  answers(ping, () => 'OK' as const),
  answers(version, () => ({ Version: number, ApiVersion: '1.43', Os: 'linux', Arch: process.arch })),
];
