import { LONGEST_LINE } from './row.js'

const isLineEnd = (byte: number | undefined) => byte === 0x0a || byte === 0x0d

/**
 * Passes bytes on, but of each line only the first 1 MiB: enough for a reader to refuse it, and to find the next.
 */
export async function* truncateLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let length = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    let from = 0
    for (let at = 0; at < bytes.length; at++) {
      length = isLineEnd(bytes[at]) ? 0 : length + 1
      if (length <= LONGEST_LINE) continue
      if (length === LONGEST_LINE + 1) yield bytes.subarray(from, at)
      from = at + 1
    }
    if (from < bytes.length) yield bytes.subarray(from)
  }
}
