import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../../src/database/index.js'
import { queueMigrations } from '../../../src/queue/index.js'
import { Pruner } from '../../../src/queue/duty/pruner.js'
import { systemClock } from '../../../src/time/index.js'
import { Cluster } from './cluster.js'
import type { Programs } from './programs.js'
import { TABLES } from './oracle.js'
import type { Ground } from './world.js'

/** The ground of a run, and its folder. */
export interface Laid {
  readonly ground: Ground
  readonly folder: string
  /** Ends what was started. With `keepSeen` what everyone saw stays where it is, and the logs. */
  remove(also?: { keepSeen: boolean }): Promise<void>
}

async function prepare(database: Database): Promise<void> {
  try {
    await migrate(database, [queueMigrations])
    // As on a database that has been in use: its leader makes these days in its first minute, and holds others up meanwhile.
    await new Pruner(database, systemClock).runOnce()
    await database.transaction((tx) => tx.script(TABLES))
  } finally {
    await database.close()
  }
}

/** Makes what the rounds work on: only what is wanted. */
export async function layGround(
  programs: Programs,
  wanted: ReadonlySet<'server' | 'embedded'>,
): Promise<Laid> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'linehaul-torture-'))
  await chmod(folder, 0o777)
  const clusters: Cluster[] = []
  const embedded = path.join(folder, 'embedded')
  const remove: Laid['remove'] = async ({ keepSeen } = { keepSeen: false }) => {
    for (const cluster of clusters) await cluster.remove()
    for (const gone of keepSeen ? [embedded] : [folder]) await rm(gone, { recursive: true, force: true })
  }
  try {
    const [server] = await Promise.all([
      wanted.has('server') ? layServer(programs.server, folder, clusters) : undefined,
      wanted.has('embedded') ? layEmbedded(embedded) : undefined,
    ])
    const { shared, template } = server ?? {}
    return { ground: { shared, template, embedded, pooler: programs.pooler }, folder, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function layServer(
  programs: string | undefined,
  folder: string,
  clusters: Cluster[],
): Promise<{ template: Cluster; shared: Cluster } | undefined> {
  if (programs === undefined) return undefined
  const template = await Cluster.create(programs, path.join(folder, 'template'))
  clusters.push(template)
  await template.start()
  await template.query('CREATE DATABASE template')
  await prepare(new PostgresDatabase({ url: template.url('template') }))
  await template.stop('fast')
  const shared = await template.copy(path.join(folder, 'shared'))
  clusters.push(shared)
  await shared.start()
  return { template, shared }
}

async function layEmbedded(folder: string): Promise<void> {
  await mkdir(folder)
  await prepare(await openEmbedded({ folder }))
}
