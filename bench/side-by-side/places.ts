import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import type { Contender, Place, StoreKind } from './contender.js'
import type { Entrant } from './run-benchmark.js'
import { findPostgres, type PostgresServer } from './servers/postgres-server.js'
import { startRedis, type RedisServer } from './servers/redis-server.js'

/** The servers of a run, started as they are needed and removed at its end. */
export class Places {
  #postgres: PostgresServer | undefined
  readonly #servers = new Map<StoreKind, RedisServer>()
  readonly #removals: (() => Promise<void>)[] = []
  /** What was started, in words. */
  readonly about: string[] = []
  /** Which contenders cannot take part, and why. */
  readonly leftOut = new Map<string, string>()

  async enter(
    contenders: readonly Contender[],
    databaseUrl: string | undefined,
  ): Promise<readonly Entrant[]> {
    await this.#start(new Set(contenders.map(({ kind }) => kind)), databaseUrl)
    const entrants: Entrant[] = []
    for (const contender of contenders) {
      const place = await this.#placeOf(contender)
      if (place) entrants.push({ contender, place })
      else this.leftOut.set(contender.name, MISSING[contender.kind])
    }
    return entrants
  }

  /** Ends what was started here, the last first. */
  async remove(): Promise<void> {
    for (const remove of this.#removals.splice(0).reverse()) await remove().catch(() => undefined)
  }

  async #start(kinds: ReadonlySet<StoreKind>, databaseUrl: string | undefined): Promise<void> {
    if (kinds.has('postgres')) {
      this.#postgres = await findPostgres(databaseUrl)
      if (this.#postgres) this.#keep(this.#postgres)
    }
    for (const kind of ['redis', 'redis-aof'] as const) {
      const server = kinds.has(kind) ? await startRedis(kind) : undefined
      if (server) this.#servers.set(kind, server)
      if (server) this.#keep(server)
    }
  }

  #keep({ about, remove }: { about: string; remove: () => Promise<void> }): void {
    this.about.push(about)
    this.#removals.push(remove)
  }

  async #placeOf({ kind, name }: Contender): Promise<Place | undefined> {
    if (kind === 'embedded') return this.#makeFolder()
    if (kind !== 'postgres') return this.#servers.get(kind)
    const database = await this.#postgres?.makePlace(name)
    if (database) this.#removals.push(database.remove)
    return database
  }

  async #makeFolder(): Promise<Place> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-bench-'))
    this.#removals.push(() => rm(folder, { recursive: true, force: true }))
    return { url: folder, size: () => sizeOf(folder), logged: async () => undefined }
  }
}

const MISSING: Readonly<Record<StoreKind, string>> = {
  postgres: 'no PostgreSQL server programs (initdb) are installed, and no DATABASE_URL is given',
  redis: 'no redis-server is installed',
  'redis-aof': 'no redis-server is installed',
  embedded: '',
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(files.map((file) => stat(path.join(folder, file)).catch(() => undefined)))
  return sizes.reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0)
}
