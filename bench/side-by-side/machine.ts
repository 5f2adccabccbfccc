import os from 'node:os'

/** On what it was measured. */
export function machine(): string[] {
  const cpus = os.cpus()
  const gib = Math.round(os.totalmem() / 2 ** 30)
  return [
    `${cpus.length} cores (${cpus[0]?.model.trim() || 'unknown'}), ${gib} GiB, ${os.type()} ${os.release()}`,
    `Node ${process.versions.node}`,
  ]
}
