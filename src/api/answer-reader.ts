/**
 * Reads one answer of HTTP/1.1 from the bytes of its connection. Node's own client takes longer to load and to run for
 * the first time than the rest of a short command.
 */
export class AnswerReader {
  /** Undefined until the head is complete. */
  status: number | undefined;
  isOver = false;
  #waiting: Buffer = NOTHING;
  #state: State = 'head';
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;

  /** Takes bytes as they come; returns those of the body among them. After 101, all further bytes are of the body. */
  read(bytes: Buffer): Buffer {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const body: Buffer[] = [];
    while (!this.isOver && this.#step(body));
    return body.length === 1 ? body[0]! : Buffer.concat(body);
  }

  /** The connection has ended; false if the answer is incomplete. */
  end(): boolean {
    if (this.#state === 'until the end') this.isOver = true;
    return this.isOver;
  }

  /** False when more bytes are needed. */
  #step(body: Buffer[]): boolean {
    switch (this.#state) {
      case 'head': {
        const head = this.#take('\r\n\r\n');
        if (head !== undefined) this.#begin(head);
        return head !== undefined;
      }
      case 'size': {
        const size = this.#take('\r\n');
        if (size === undefined) return false;
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? 'trailers' : 'chunk';
        return true;
      }
      case 'after chunk': {
        if (this.#take('\r\n') === undefined) return false;
        this.#state = 'size';
        return true;
      }
      case 'trailers': {
        const line = this.#take('\r\n');
        if (line === '') this.isOver = true;
        return line !== undefined;
      }
      default:
        return this.#takeBody(body);
    }
  }

  /** The text before this end, which is taken as well; undefined while it is incomplete. */
  #take(end: string): string | undefined {
    const index = this.#waiting.indexOf(end, 0, 'latin1');
    if (index < 0) return undefined;
    const text = this.#waiting.toString('latin1', 0, index);
    this.#waiting = this.#waiting.subarray(index + end.length);
    return text;
  }

  #takeBody(body: Buffer[]): boolean {
    const size =
      this.#state === 'until the end' ? this.#waiting.length : Math.min(this.#left, this.#waiting.length);
    if (size > 0) body.push(this.#waiting.subarray(0, size));
    this.#waiting = this.#waiting.subarray(size);
    if (this.#state === 'until the end') return false;
    this.#left -= size;
    if (this.#left > 0) return false;
    if (this.#state === 'chunk') this.#state = 'after chunk';
    else this.isOver = true;
    return true;
  }

  #begin(head: string): void {
    const [first = '', ...lines] = head.split('\r\n');
    const fields = new Map(
      lines.map((line) => {
        const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/.exec(line) ?? [];
        return [name.toLowerCase(), value.toLowerCase()];
      }),
    );
    this.status = Number(first.split(' ')[1]);
    const length = fields.get('content-length');
    if (this.status === 204) this.isOver = true;
    else if (fields.get('transfer-encoding') === 'chunked') this.#state = 'size';
    else if (length === undefined) this.#state = 'until the end';
    else {
      this.#state = 'body';
      this.#left = Number(length);
    }
  }
}

type State = 'head' | 'body' | 'size' | 'chunk' | 'after chunk' | 'trailers' | 'until the end';

const NOTHING = Buffer.alloc(0);
