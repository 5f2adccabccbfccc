import type { HostsReport } from '../hosts-worker.js'
import type { Cpu, Rig } from './rig.js'
import { difference, readCounters, watchSessions, type Counters } from './server-load.js'

/** What happened in a stretch of time, all of it per second but what says otherwise. */
export interface Stretch {
  readonly hosts: number
  readonly seconds: number
  /** In all. */
  readonly counters: Counters
  /** Cores. */
  readonly cpu: Cpu
  readonly seen: HostsReport
  /** How many sessions did what, on average. */
  readonly sessions: ReadonlyMap<string, number>
}

export async function measure(rig: Rig, seconds: number): Promise<Stretch> {
  const { database } = rig
  await rig.report()
  const [before, cpuBefore, startedMs] = [await readCounters(database), await rig.cpu(), performance.now()]
  const { looks, doing: sessions } = await watchSessions(database, seconds * 1_000)
  const [after, cpuAfter] = [await readCounters(database), await rig.cpu()]
  const took = (performance.now() - startedMs) / 1_000
  const counted = difference(after, before)
  const cores = (what: keyof Cpu) => (cpuAfter[what] - cpuBefore[what]) / took
  return {
    hosts: rig.count,
    seconds: took,
    counters: { ...counted, transactions: counted.transactions - looks },
    cpu: {
      database: cores('database'),
      hosts: cores('hosts'),
      proxy: cores('proxy'),
      machine: cores('machine'),
    },
    seen: await rig.report(),
    sessions,
  }
}
