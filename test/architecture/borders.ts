/** Which other parts a part may import; the same table as in ARCHITECTURE.md. `main.ts` builds everything and may import all. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  time: [],
  database: ['time'],
  queue: ['time', 'database'],
  events: ['time', 'database'],
  telemetry: ['time', 'database', 'queue', 'events'],
  access: ['time', 'database', 'events'],
  outgoing: [],
  rules: ['time', 'database', 'queue', 'events', 'access'],
  notifications: ['time', 'database', 'queue', 'events', 'access', 'rules', 'outgoing'],
  directory: ['time', 'database', 'events', 'access'],
  'domain/freight': ['time', 'database', 'queue', 'events', 'access', 'directory', 'rules', 'notifications'],
  instance: ['time', 'database', 'queue', 'access'],
  api: [
    ...['time', 'database', 'queue', 'events', 'access', 'instance', 'directory', 'rules', 'notifications'],
    ...['telemetry', 'domain/freight'],
  ],
  cli: [
    'time',
    'database',
    'queue',
    'events',
    'access',
    'instance',
    'directory',
    'rules',
    'notifications',
    'domain/freight',
    'config.ts',
    'http-address.ts',
  ],
  'config.ts': ['time', 'config-variables.ts', 'dot-env.ts'],
  'config-variables.ts': ['time', 'http-address.ts'],
  'http-address.ts': [],
  'dot-env.ts': [],
  'open-instance.ts': [
    ...['time', 'database', 'access', 'rules', 'notifications', 'instance', 'config.ts', 'schema.ts'],
    ...['declared-rules.ts', 'rule-problems.ts', 'version.ts'],
  ],
  'program.ts': ['cli', 'config.ts', 'rule-problems.ts', 'schema.ts', 'main.ts', 'version.ts'],
  'version.ts': [],
  'stop-all.ts': ['time'],
  'schema.ts': [
    ...['time', 'database', 'queue', 'events', 'access', 'rules', 'notifications', 'directory'],
    'domain/freight',
  ],
  'tell-alerts.ts': ['database', 'events', 'queue'],
  'tell-attempts.ts': ['queue'],
  'log.ts': ['telemetry', 'config.ts'],
  'watching.ts': [
    'time',
    'database',
    'queue',
    'notifications',
    'telemetry',
    'api',
    'config.ts',
    'log.ts',
    'version.ts',
  ],
  'build-engine.ts': [
    ...['time', 'database', 'queue', 'events', 'access', 'rules', 'notifications', 'outgoing', 'telemetry'],
    'domain/freight',
    ...[
      'all-jobs.ts',
      'config.ts',
      'declared-rules.ts',
      'log.ts',
      'reactions.ts',
      'schema.ts',
      'tell-alerts.ts',
      'tell-attempts.ts',
    ],
  ],
  'services-on.ts': ['database', 'access', 'instance', 'api', 'build-engine.ts'],
  'all-jobs.ts': ['notifications', 'domain/freight'],
  'declared-rules.ts': ['queue', 'rules', 'domain/freight', 'all-jobs.ts', 'job-rules.ts'],
  'rule-problems.ts': ['rules', 'config.ts', 'declared-rules.ts'],
  'job-rules.ts': ['queue', 'rules'],
  'reactions.ts': ['queue', 'events', 'domain/freight', 'notifications', 'config.ts'],
}

/** The part that a file below src/ belongs to: `queue/store/claim.ts` to `queue`, `domain/freight/x.ts` to `domain/freight`. */
export function partOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'domain' ? `domain/${second}` : first
}

export interface Import {
  /** Both relative to src/. */
  readonly from: string
  readonly to: string
}

/** What is wrong with an import, and what to do instead; `undefined` when it is fine. */
export function complaintAbout({ from, to }: Import): string | undefined {
  const [importer, imported] = [partOf(from), partOf(to)]
  if (isTest(from) || importer === 'main.ts') return undefined
  if (isTest(to))
    return `${from} imports ${to}: production code never imports test helpers. Move what it needs out of testing/.`
  if (importer === imported) return undefined
  if (!MAY_IMPORT[importer]?.includes(imported)) {
    return `${from} imports ${to}: ${importer} may not know ${imported}. Declare what it needs as an interface of its own and let main.ts hand it in.`
  }
  const isWhole = imported.endsWith('.ts')
  if (!isWhole && to !== `${imported}/index.ts`) {
    return `${from} imports ${to}: enter ${imported} through its index.ts only, and export there what others need.`
  }
  return undefined
}

/** Tests, their helpers, and `src/testing`, which is such helpers for users: it may import everything, and only tests may import it. */
export function isTest(file: string): boolean {
  return /(^|\/)testing\//.test(file) || /\.test\.ts$/.test(file)
}
