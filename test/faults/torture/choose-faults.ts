import type { Fault } from './fault.js'
import { OptionError, type Options } from './options.js'
import type { Programs } from './programs.js'

/** What a run injects, and what it leaves out for want of a program. */
export interface Choice {
  readonly chosen: readonly Fault[]
  readonly leftOut: readonly { readonly fault: Fault; readonly why: string }[]
}

/** @throws {OptionError} when nothing is wanted */
export function chooseFaults(
  faults: readonly Fault[],
  { only, on }: Pick<Options, 'only' | 'on'>,
  programs: Programs,
): Choice {
  const wanted = faults.filter(
    (fault) => (only.length === 0 || only.includes(fault.name)) && (on === undefined || fault.on === on),
  )
  if (wanted.length === 0) throw new OptionError('--only and --on together leave no fault to inject.')
  const leftOut = wanted.flatMap((fault) => {
    const why = whyNot(fault, programs)
    return why === undefined ? [] : [{ fault, why }]
  })
  return { chosen: wanted.filter((fault) => leftOut.every((one) => one.fault !== fault)), leftOut }
}

function whyNot({ on, needs }: Fault, { server, pooler }: Programs): string | undefined {
  if (on === 'server' && server === undefined)
    return "PostgreSQL's programs are missing: there is no initdb in /usr/lib/postgresql/15/bin to 18/bin"
  if (needs === 'pooler' && pooler === undefined)
    return 'PgBouncer is missing: there is no /usr/sbin/pgbouncer'
  return undefined
}
