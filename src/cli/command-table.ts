import { commit } from './commands/commit.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { create } from './commands/create.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { exec } from './commands/exec.ts';
import { explain } from './commands/explain.ts';
import { exportFiles } from './commands/export.ts';
import { help } from './commands/help.ts';
import { imageHistory } from './commands/image-history.ts';
import { imageInspect } from './commands/image-inspect.ts';
import { imageLs } from './commands/image-ls.ts';
import { imagePrune } from './commands/image-prune.ts';
import { imageRm } from './commands/image-rm.ts';
import { imageVerify } from './commands/image-verify.ts';
import { images } from './commands/images.ts';
import { isolation } from './commands/isolation.ts';
import { kill } from './commands/kill.ts';
import { load } from './commands/load.ts';
import { logs } from './commands/logs.ts';
import { ls } from './commands/ls.ts';
import { networkCreate } from './commands/network-create.ts';
import { networkInspect } from './commands/network-inspect.ts';
import { networkLs } from './commands/network-ls.ts';
import { networkPrune } from './commands/network-prune.ts';
import { networkRm } from './commands/network-rm.ts';
import { pause } from './commands/pause.ts';
import { port } from './commands/port.ts';
import { ps } from './commands/ps.ts';
import { pull } from './commands/pull.ts';
import { push } from './commands/push.ts';
import { restart } from './commands/restart.ts';
import { rm } from './commands/rm.ts';
import { run } from './commands/run.ts';
import { save } from './commands/save.ts';
import { scale } from './commands/scale.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { systemDf } from './commands/system-df.ts';
import { systemPrune } from './commands/system-prune.ts';
import { systemd } from './commands/systemd.ts';
import { top } from './commands/top.ts';
import { unpause } from './commands/unpause.ts';
import { up } from './commands/up.ts';
import { version } from './commands/version.ts';
import { volumeCreate } from './commands/volume-create.ts';
import { volumeInspect } from './commands/volume-inspect.ts';
import { volumeLs } from './commands/volume-ls.ts';
import { volumePrune } from './commands/volume-prune.ts';
import { volumeRm } from './commands/volume-rm.ts';
import { volumes } from './commands/volumes.ts';
import { wait } from './commands/wait.ts';
import type { Command } from './grammar/command.ts';

/** Every command, in the order of help. The parser, help, completion and the manual page are made from their rows. */
export const commands: readonly Command[] = [
  up,
  create,
  down,
  start,
  stop,
  restart,
  kill,
  scale,
  pause,
  unpause,
  rm,
  systemd,
  ps,
  port,
  ls,
  top,
  logs,
  images,
  volumes,
  wait,
  config,
  explain,
  isolation,
  doctor,
  version,
  completion,
  help,
  exec,
  run,
  pull,
  push,
  load,
  save,
  exportFiles,
  commit,
  imageLs,
  imageInspect,
  imageHistory,
  imageVerify,
  imageRm,
  imagePrune,
  volumeLs,
  volumeInspect,
  volumeCreate,
  volumeRm,
  volumePrune,
  networkLs,
  networkInspect,
  networkCreate,
  networkRm,
  networkPrune,
  systemDf,
  systemPrune,
];
