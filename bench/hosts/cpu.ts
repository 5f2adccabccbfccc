import { readdir, readFile } from 'node:fs/promises'

/** What Linux counts CPU time in: hundredths of a second. */
const TICKS_PER_SECOND = 100

interface ProcessTimes {
  readonly parent: number
  /** Seconds of its own. */
  readonly own: number
  /** Seconds of its children that have ended. */
  readonly reaped: number
}

/** CPU seconds that a process has used. */
export async function cpuOf(pid: number): Promise<number> {
  return (await timesOf(pid))?.own ?? 0
}

/** CPU seconds that a process and its children, those that have ended among them, have used. */
export async function cpuOfFamily(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const times = await Promise.all(pids.map(timesOf))
  const children = times.reduce((sum, one) => sum + (one?.parent === pid ? one.own : 0), 0)
  const head = await timesOf(pid)
  return children + (head?.own ?? 0) + (head?.reaped ?? 0)
}

/** CPU seconds that everything on this machine has used. */
export async function cpuOfMachine(): Promise<number> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softIrq) / TICKS_PER_SECOND
}

export async function parentOf(pid: number): Promise<number> {
  return (await timesOf(pid))?.parent ?? 0
}

async function timesOf(pid: number): Promise<ProcessTimes | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const seconds = (at: number) => (fields[at] ?? 0) / TICKS_PER_SECOND
    return { parent: fields[1] ?? 0, own: seconds(11) + seconds(12), reaped: seconds(13) + seconds(14) }
  } catch {
    return undefined // it has ended
  }
}
