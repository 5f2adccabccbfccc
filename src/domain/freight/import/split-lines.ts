import { LONGEST_LINE } from './row.js'

const NEWLINE = 0x0a

/** `text` is undefined for a line that was longer than 1 MiB: it is skipped, not kept in memory. */
export interface Line {
  line: number
  bytes: Buffer | undefined
}

/** Cuts a stream of bytes at its newlines. */
export async function* splitLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Line> {
  const current = new LineBuffer()
  let line = 1
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk)
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      current.add(rest.subarray(0, end))
      yield { line: line++, bytes: current.take() }
      rest = rest.subarray(end + 1)
    }
    current.add(rest)
  }
  if (!current.isEmpty) yield { line, bytes: current.take() }
}

class LineBuffer {
  #parts: Buffer[] = []
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > LONGEST_LINE) this.#parts = []
    else this.#parts.push(part)
  }

  take(): Buffer | undefined {
    const bytes = this.#length > LONGEST_LINE ? undefined : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    return bytes
  }
}
