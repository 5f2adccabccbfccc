import { createHash } from 'node:crypto'

/** The checksum of a backup's content. The same whether it is read from a folder or from the file. */
export class Fingerprint {
  readonly #hash = createHash('sha256')
  #bytes = 0

  /** Must be told of every file and folder, in the order in which they stand in the file. */
  begin(name: string, size: number): void {
    this.#hash.update(`${name.replace(/\/$/, '')}\0${size}\0`)
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
  }

  end(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}
