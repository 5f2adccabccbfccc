import { mkdir } from 'node:fs/promises'
import path from 'node:path'

import type { Cluster } from './cluster.js'
import type { Random } from './random.js'
import { EXPLAIN } from './oracle.js'
import { Stage, type Look, type StageOptions } from './stage.js'

/** What lasts for the whole run, and what new databases and clusters are copies of. */
export interface Ground {
  /** For all that leave the server alone. */
  readonly shared: Cluster | undefined
  /** One that is stopped, with a migrated database named `template`. */
  readonly template: Cluster | undefined
  /** A migrated embedded database that nobody has open. */
  readonly embedded: string
  readonly pooler: string | undefined
}

/** What one round of a fault has to itself. */
export class World {
  readonly #undo: (() => Promise<unknown>)[] = []
  #look: Look | undefined

  constructor(
    readonly ground: Ground,
    readonly folder: string,
    readonly random: Random,
    /** Aborts when the round is to end, whatever it waits for. */
    readonly signal: AbortSignal,
    private readonly fail: (reason: Error) => void,
  ) {}

  /** On a database of its own on the shared server. */
  async stage({ where }: { where?: (direct: string) => Promise<string> } = {}): Promise<Stage> {
    const { shared } = this.ground
    if (!shared) throw new Error('there is no server')
    const name = `round_${path.basename(this.folder).replaceAll('-', '_')}`
    await shared.query(`CREATE DATABASE ${name} TEMPLATE template`)
    this.undo(() => shared.query(`DROP DATABASE ${name} WITH (FORCE)`))
    const direct = shared.url(name)
    const look: Look = (sql, values) => shared.query(sql, values, name)
    return this.open({ where: (await where?.(direct)) ?? direct, look })
  }

  /** A cluster of its own, which may be broken. */
  async cluster(): Promise<Cluster> {
    const { template } = this.ground
    if (!template) throw new Error('there is no server')
    const cluster = await template.copy(path.join(this.folder, 'cluster'))
    this.undo(() => cluster.remove())
    await cluster.start()
    return cluster
  }

  /** On a cluster of its own, which may be broken. */
  async stageOnCluster(): Promise<{ stage: Stage; cluster: Cluster }> {
    const cluster = await this.cluster()
    const look: Look = (sql, values) => cluster.query(sql, values, 'template')
    return { cluster, stage: await this.open({ where: cluster.url('template'), look }) }
  }

  async open(place: Pick<StageOptions, 'where' | 'look'>): Promise<Stage> {
    const folder = path.join(this.folder, 'seen')
    await mkdir(folder, { recursive: true })
    const { random, signal, fail } = this
    const stage = new Stage({ ...place, folder, random, signal, fail })
    this.undo(() => stage.end())
    this.#look = place.look
    return stage
  }

  /** What the engine says of jobs that are missing, for whoever looks for the cause. */
  async explain(ids: readonly string[]): Promise<readonly unknown[]> {
    return (await this.#look?.(EXPLAIN, [ids])) ?? []
  }

  /** Is called at the end of the round, whatever its end; the last one first. */
  undo(action: () => Promise<unknown>): void {
    this.#undo.push(action)
  }

  async end(): Promise<void> {
    for (const action of this.#undo.splice(0).reverse()) await action().catch(() => undefined) // the others are to go on
  }
}
