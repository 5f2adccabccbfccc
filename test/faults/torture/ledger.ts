import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** A file that only grows, a line of JSON for each entry: what a process has seen, for whoever reads it after its death. */
export class Ledger<Entry> {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  /** Survives the death of the process. */
  note(...entries: readonly Entry[]): void {
    writeSync(this.#file, entries.map((entry) => JSON.stringify(entry) + '\n').join(''))
  }

  /** Is on the disk when this returns. */
  keep(...entries: readonly Entry[]): void {
    this.note(...entries)
    fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Every whole entry; the last line is none if its process was killed while it wrote. */
export function readLedger<Entry>(path: string): readonly Entry[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Entry)
}
