import { explainUnreadable } from '../describe-unreadable.js'
import type { JobFacts } from './facts.js'
import { isFault, type DiskFacts, type Fault, type Facts, type SecretFact, type Setup } from './facts.js'
import { alarm, fine, warn, type Finding } from './finding.js'
import { bytesInWords } from './in-words.js'

/** The oldest Node that Linehaul is tested on; `package.json` says the same. */
const OLDEST_NODE = [20, 19] as const

export function judgeNode({ setup: { node } }: Facts): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const [least, leastMinor] = OLDEST_NODE
  if (major > least || (major === least && minor >= leastMinor)) return fine('node', `Node.js ${node}.`)
  return alarm('node', `Node.js ${node} is too old.`, `Install Node.js ${least}.${leastMinor} or later.`)
}

export function judgeConfiguration({ setup: { problems } }: Facts): Finding {
  if (problems.length === 0) return fine('configuration', 'It can be read.')
  return alarm(
    'configuration',
    `No process can be started with it: ${problems.join('; ')}.`,
    'docs/configuration.md and docs/rules.md tell what can be set.',
  )
}

export function judgeSecrets({ setup, jobs }: Facts): readonly Finding[] {
  const stored = jobs === undefined || isFault(jobs) ? undefined : jobs.secrets
  const findings = setup.secrets.flatMap((secret) => judgeSecret(secret, stored) ?? [])
  if (findings.length > 0) return findings
  return [fine('secrets', 'No secret that is needed is missing, and none can be guessed.')]
}

type Stored = JobFacts['secrets'] | undefined

function judgeSecret({ name, value, without }: SecretFact, stored: Stored): Finding | undefined {
  const isKey = name === 'SECRETS_KEY'
  if (value === undefined) {
    if (without === undefined) return undefined
    return warn('secrets', `${name} is not set: ${without}.`, isKey ? adviceForKey(stored) : anew(name))
  }
  if (!isWeak(value)) return undefined
  return warn(
    'secrets',
    `${name} can be guessed: it is short, repeats itself or is a word that many use.`,
    isKey ? `Put it into SECRETS_KEYS_OLD, for what is stored lies under it. ${anew(name)}` : anew(name),
  )
}

/** Another key than that of what is stored would keep it from being read. */
function adviceForKey(stored: Stored): string {
  const former = 'Set SECRETS_KEY to the key that was in use before, and start again.'
  if (stored === undefined) return `${former} If there was none: ${anew('SECRETS_KEY')}`
  return stored.current + stored.old + stored.unknown > 0 ? former : anew('SECRETS_KEY')
}

function anew(name: string): string {
  return `Set ${name} to the output of \`openssl rand -base64 32\` and start again.`
}

/** What is in examples, and so is tried first. */
const COMMON = /secret|password|passwort|changeme|change-me|example|default|12345|qwerty|letmein|linehaul/i

/** Whether a secret can be guessed: 128 random bits are 22 characters of base64, of which most differ. */
export function isWeak(secret: string): boolean {
  if (secret.length < 22) return true
  if (new Set(secret).size < 10) return true
  return secret.length < 40 && COMMON.test(secret)
}

export function judgeStored(
  { secrets: { current, old, unknown }, unreadable }: Pick<JobFacts, 'secrets' | 'unreadable'>,
  hasKey: boolean,
): Finding {
  const lost = explainUnreadable(unreadable, hasKey)
  if (lost) return alarm('stored secrets', lost.what, `${lost.advice} If that key is lost, store them anew.`)
  if (old > 0)
    return warn(
      'stored secrets',
      `${old} of the stored secrets ${old === 1 ? 'lies' : 'lie'} under an old key still.`,
      'Leave SECRETS_KEYS_OLD as it is until the next start has put them under the new one.',
    )
  return fine(
    'stored secrets',
    current + unknown === 0 ? 'None is stored.' : 'All that are needed can be read.',
  )
}

/** Less than this, and the next backup or a busy hour may not fit. */
const LITTLE_BYTES = 1_000_000_000
const NEXT_TO_NOTHING_BYTES = 100_000_000

export function judgeDisk({ disk, setup, database }: Facts): Finding | undefined {
  if (disk === undefined) return undefined
  if (isFault(disk))
    return warn('disk', `The room on the disk of ${setup.dataDir} is not known: ${disk.fault}`, LOOK)
  const needed = isFault(database) ? 0 : database.server.bytes
  return judgeRoom(disk, setup, needed)
}

const LOOK = 'Look whether the folder is there and may be read.'

function judgeRoom({ freeBytes }: DiskFacts, { dataDir }: Setup, dataBytes: number): Finding {
  const what = `${bytesInWords(freeBytes)} are free on the disk of ${dataDir}.`
  const advice = 'Free room, or move the folder to a larger disk; a full disk ends the database.'
  if (freeBytes < NEXT_TO_NOTHING_BYTES) return alarm('disk', what, advice)
  if (freeBytes < Math.max(LITTLE_BYTES, 2 * dataBytes))
    return warn('disk', what, `${advice} A backup needs as much room as the data for a while.`)
  return fine('disk', what)
}

export function judgeUnreachable({ fault, advice: known }: Fault, { kind }: Setup): Finding {
  const advice =
    known ??
    (kind === 'server'
      ? 'Start the server, or mend DATABASE_URL; until then nothing else of it can be looked at.'
      : 'Until it opens nothing else of it can be looked at.')
  return alarm('database', fault, advice)
}
