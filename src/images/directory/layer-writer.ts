import { CallError, close, must, mustOr } from '../../kernel/copy/call.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { removeEntry } from '../../kernel/copy/remove-tree.ts';
import { DT_CHR, DT_DIR, statOf } from '../../kernel/copy/stat.ts';
import { roomOf } from '../../kernel/ffi/files.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import { deviceNumber } from '../../kernel/program/device-number.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import { Amounts, BOUNDS } from '../tar/bounds.ts';
import type { TarEntry } from '../tar/entry.ts';
import { namesOf, placeOf } from '../tar/names.ts';
import type { TarSink } from '../tar/parser.ts';
import { quoted } from '../tar/refusal.ts';
import { type Attributes, setAttributes, setNodeAttributes } from './attributes.ts';
import { copyUp } from './copy-up.ts';
import { Directories, type Names } from './directories.ts';
import { DirectoryTimes } from './directory-times.ts';
import { FileWriter } from './file-writer.ts';
import { Hidden } from './hidden.ts';
import { impliedAttributes } from './implied-attributes.ts';
import { linkedNames, readLink } from './links.ts';
import { isBelow, namesBelow } from './lower-layers.ts';
import { identityOf, kindOf, markOpaque, withNode } from './nodes.ts';
import { realNames } from './real-names.ts';
import { cannotBeMade, refusal } from './refusals.ts';

/**
 * Makes the files of a layer in an empty directory, as a layer of overlayfs: a whiteout is a device 0:0, and an opaque
 * directory has an attribute. Nothing outside of the directory is touched, whatever the archive has. An entry replaces
 * an earlier one of the same name, unless both are directories. Throws a Problem that names the entry.
 */
export class LayerWriter implements TarSink {
  readonly #root: number;
  readonly #below: readonly number[];
  readonly #directories: Directories;
  readonly #later = new DirectoryTimes();
  readonly #hidden = new Hidden();
  readonly #amounts: Amounts;
  #hasLinks = false;
  #current: TarEntry | undefined;
  /** Those that the path of the current entry goes through, and that led nowhere. */
  #links = 0;
  #file: FileWriter | undefined;

  /**
   * @param root a descriptor of the directory
   * @param below descriptors of the layers below, the uppermost first: they have what the archive leaves out, such as
   * the owner of a directory that it only goes through
   */
  constructor(root: number, below: readonly number[], bounds = BOUNDS) {
    this.#amounts = new Amounts(bounds);
    this.#root = root;
    this.#below = below;
    this.#directories = new Directories(root);
    this.#later.set([], root, impliedAttributes(below, []));
  }

  entry(entry: TarEntry): void {
    this.#current = entry;
    this.#links = 0;
    this.#guarded(() => this.#make(entry));
  }

  data(bytes: Buffer): void {
    if (this.#file) this.#guarded(() => this.#file!.write(bytes));
  }

  end(): void {
    if (this.#file)
      this.#guarded(() => {
        setAttributes(this.#file!.finish(), this.#current!);
        this.#closeFile();
      });
  }

  /** After the last entry: what is made in a directory changes its times, so these come last. */
  finish(): void {
    this.#guarded(() => this.#later.apply(this.#directories, this.#hidden));
  }

  /** Closes what is open, also after a failure. */
  close(): void {
    this.#closeFile();
    this.#directories.forget();
  }

  #make(entry: TarEntry): void {
    const place = placeOf(entry.path);
    if (typeof place === 'string') throw refusal(entry, place);
    if (entry.link.includes('\0')) throw refusal(entry, 'has a target with a NUL in it');
    this.#refuseTooMany(this.#amounts.add(entry));
    if (place.kind === 'opaque') this.#hideBelow(place.parents);
    else if (place.kind === 'whiteout') this.#makeWhiteout(place.parents, place.name);
    else if (place.kind === 'entry') this.#makeEntry(entry, place.parents, place.name);
    else if (place.kind === 'root') {
      if (entry.type !== 'directory') throw refusal(entry, 'is the root and no directory');
      this.#later.set([], this.#parent([]), entry);
    }
  }

  #makeEntry(entry: TarEntry, parents: Names, name: string): void {
    const make = (call: (above: number) => number): number => this.#replacing(parents, name, call);
    if (entry.type === 'directory') this.#makeDirectory(parents, name, entry);
    else if (entry.type === 'hardlink') this.#makeLink(entry, parents, name);
    else if (entry.type === 'file') {
      const fd = make((above) => mustOr(TAKEN, 'openat', above, room(name), NEW_FILE, PRIVATE));
      this.#file = new FileWriter(fd, entry);
    } else {
      if (entry.type === 'symlink') {
        this.#hasLinks = true;
        make((above) => mustOr(TAKEN, 'symlinkat', target(entry.link), above, room(name)));
      } else {
        const mode = flagBits('S', NODE_TYPES[entry.type]) | PRIVATE;
        const device = deviceNumber(entry.major, entry.minor);
        make((above) => mustOr(TAKEN, 'mknodat', above, room(name), mode, device));
      }
      this.#finishNode(parents, name, entry);
    }
  }

  #finishNode(parents: Names, name: string, entry: TarEntry): void {
    withNode(this.#parent(parents), name, (fd) => setNodeAttributes(fd, entry, entry.type === 'symlink'));
  }

  #makeDirectory(parents: Names, name: string, attributes: Attributes): void {
    const above = this.#parent(parents);
    if (mustOr(TAKEN, 'mkdirat', above, room(name), PRIVATE_DIRECTORY) < 0) {
      if (kindOf(above, name) !== 'directory') {
        this.#remove(above, name);
        must('mkdirat', this.#parent(parents), room(name), PRIVATE_DIRECTORY);
      }
    }
    this.#finishDirectory([...parents, name], this.#parent(parents), attributes);
  }

  /** Makes a link to a file of this layer, or to a copy of a file of the layers below. */
  #makeLink(entry: TarEntry, parents: Names, name: string): void {
    const names = namesOf(entry.link);
    const file = typeof names === 'string' ? undefined : names.at(-1);
    if (typeof names === 'string' || file === undefined)
      throw refusal(entry, `is a hard link to ${quoted(entry.link)}, which is no file`);
    const from = names.slice(0, -1);
    if (this.#isLinked(from, file, parents, name)) return;
    const above = this.#parent(from);
    const real = this.#realNames(above, names);
    if (this.#hidden.has(real) || !copyUp(this.#below, real, above, file))
      throw refusal(entry, `is a hard link to ${quoted(entry.link)}, which does not exist`);
    if (!this.#isLinked(from, file, parents, name))
      throw refusal(entry, `is a hard link to ${quoted(entry.link)}, which it replaces`);
  }

  /** False if this layer has no such file. */
  #isLinked(from: Names, file: string, parents: Names, name: string): boolean {
    const source = this.#directories.open(from);
    if (source === undefined) return false;
    const fd = mustOr(ABSENT, 'openat', source, room(file), NODE, 0);
    if (fd < 0) return false;
    try {
      const { type, device, identity } = statOf(fd);
      if (type === DT_DIR) throw refusal(this.#current!, 'is a hard link to a directory');
      if (type === DT_CHR && device === 0) return false;
      if (identityOf(this.#parent(parents), name) === identity()) return true;
      const flags = AT_EMPTY_PATH;
      this.#replacing(parents, name, (above) =>
        mustOr(TAKEN, 'linkat', fd, target(''), above, room(name), flags),
      );
      return true;
    } finally {
      close(fd);
    }
  }

  /**
   * An entry of this layer with that name stays, and is all that is seen of it. Where the layers below have nothing, there
   * is no whiteout: overlayfs would list its name.
   */
  #makeWhiteout(parents: Names, name: string): void {
    const above = this.#parent(parents);
    const real = this.#realNames(above, [...parents, name]);
    if (!isBelow(this.#below, real)) return;
    this.#hidden.add(real);
    const result = mustOr(TAKEN, 'mknodat', above, room(name), flagBits('S', 'S_IFCHR'), 0);
    if (result < 0 && kindOf(above, name) === 'directory') markOpaque(above, name);
  }

  #hideBelow(names: Names): void {
    const directory = this.#parent(names);
    const real = this.#realNames(directory, [...names, '.']).slice(0, -1);
    // overlayfs does not look for the mark on a root.
    if (real.length === 0) for (const name of namesBelow(this.#below)) this.#makeWhiteout([], name);
    else if (isBelow(this.#below, real)) {
      this.#hidden.addBelow(real);
      markOpaque(directory, '.');
    }
  }

  /** A directory, made where the archive goes through it only. */
  #parent(names: Names): number {
    const fd = this.#directories.open(names, (above, missing) => this.#implyDirectory(above, missing));
    if (fd === undefined) throw refusal(this.#current!, 'lies below a link that leads nowhere');
    return fd;
  }

  #refuseTooMany(amount: string | undefined): void {
    if (amount !== undefined) throw refusal(this.#current!, `makes it ${amount}`);
  }

  #implyDirectory(above: number, names: Names): void {
    const name = names.at(-1)!;
    this.#refuseTooMany(this.#amounts.addFile(name));
    if (mustOr(TAKEN, 'mkdirat', above, room(name), PRIVATE_DIRECTORY) < 0) {
      const link = readLink(above, name);
      if (link !== undefined) return void this.#followLink(names, link);
      if (kindOf(above, name) !== 'whiteout')
        throw refusal(this.#current!, `lies below ${quoted(names.join('/'))}, which is no directory`);
      this.#remove(above, name);
      must('mkdirat', above, room(name), PRIVATE_DIRECTORY);
    }
    this.#finishDirectory(names, above);
  }

  /** Makes the directories to which a link of this layer leads: they may be in a layer below. */
  #followLink(names: Names, link: string): void {
    if (++this.#links > MOST_LINKS) throw refusal(this.#current!, 'goes through too many symbolic links');
    this.#parent(linkedNames(names, link));
  }

  /** @param attributes those of the layers below if they are left out */
  #finishDirectory(names: Names, above: number, attributes?: Attributes): void {
    const real = this.#realNames(above, names);
    // An entry that this layer takes away stays hidden, whatever had the name meanwhile.
    if (this.#hidden.isMarked(real)) markOpaque(above, names.at(-1)!);
    const kept = attributes ?? impliedAttributes(this.#below, real);
    withNode(above, names.at(-1)!, (fd) => this.#later.set(real, fd, kept, attributes === undefined));
  }

  /** The names for a look into the layers below, which do not have the links of this one. */
  #realNames(above: number, names: Names): Names {
    if (!this.#hasLinks) return names;
    return [...(realNames(this.#root, above) ?? names.slice(0, -1)), names.at(-1)!];
  }

  /** Makes an entry; what has the name already is removed first. */
  #replacing(parents: Names, name: string, make: (above: number) => number): number {
    const made = make(this.#parent(parents));
    if (made !== -EEXIST) return made;
    const above = this.#parent(parents);
    this.#hidden.restoreBelow(this.#realNames(above, [...parents, name]));
    this.#remove(above, name);
    const again = make(this.#parent(parents));
    if (again < 0) throw new CallError('openat', -again);
    return again;
  }

  /** Paths through a link or a directory that is removed lead elsewhere. */
  #remove(above: number, name: string): void {
    removeEntry(above, roomOf(Buffer.from(`${name}\0`, 'latin1')));
    this.#directories.forget();
  }

  #closeFile(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof CallError ? cannotBeMade(this.#current!, error) : error;
    }
  }
}

const NODE_TYPES = { character: 'S_IFCHR', block: 'S_IFBLK', fifo: 'S_IFIFO' } as const;

/** As the kernel does: ELOOP. */
const MOST_LINKS = 40;

const NEW_FILE = flagBits('O', 'O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC');
const NODE = flagBits('O', 'O_PATH|O_NOFOLLOW|O_CLOEXEC');
const AT_EMPTY_PATH = flagBits('AT', 'AT_EMPTY_PATH');

/** Until its attributes are set. */
const PRIVATE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

const EEXIST = errnoNumber('EEXIST');
const TAKEN = [EEXIST];
const ABSENT = [errnoNumber('ENOENT')];

const room = nameRoom('openat');
const target = nameRoom('symlinkat');
