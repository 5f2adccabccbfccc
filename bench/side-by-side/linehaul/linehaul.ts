import { readFileSync } from 'node:fs'

import { migrate, openEmbedded, PostgresDatabase, type Database } from '../../../src/database/index.js'
import { queueMigrations } from '../../../src/queue/index.js'
import type { Contender, Place, Store } from '../contender.js'
import { fill } from './fill.js'
import { LinehaulSession } from './linehaul-session.js'

const SETTINGS =
  'as shipped: ends committed with fsync, in batches of up to 500, while their slots go on; short jobs claimed ahead; archive kept, payload validated by zod, tenants served in turn'

/** At 30 to 60 s a million, three rounds of three scenarios would add a quarter of an hour. */
const FILLING = 'left out to keep a full run within an hour'

/** Linehaul on a PostgreSQL server. */
export const linehaulPostgres: Contender = {
  name: 'linehaul-postgres',
  kind: 'postgres',
  about: {
    version: readVersion(),
    settings: SETTINGS,
    durability: 'enqueue and finish committed with fsync; a claim may be lost and is then made again',
  },
  keepsFinished: true,
  leftOut: {},
  open: ({ url }: Place) => openStore(new PostgresDatabase({ url })),
}

/** Linehaul on the database inside its own process. */
export const linehaulEmbedded: Contender = {
  name: 'linehaul-embedded',
  kind: 'embedded',
  about: {
    version: readVersion(),
    settings: `${SETTINGS}; PGlite in a thread, on disk`,
    durability: 'survives the end of the process, not a power cut (PGlite has no fsync)',
  },
  keepsFinished: true,
  leftOut: {
    'pickup-other': 'its database belongs to one process',
    'kill-rerun': 'its database belongs to one process: the next start runs them again',
    'drain-million-waiting': FILLING,
    'drain-million-scheduled': FILLING,
    'drain-two-million-finished': FILLING,
    memory: 'its database belongs to one process, this one',
    'wal-bytes': 'its log protects nothing from a power cut, and says little beside one that does',
    'held-xmin': 'one session: no other transaction can stay open beside it',
  },
  open: async ({ url }: Place) => openStore(await openEmbedded({ folder: url })),
}

function readVersion(): string {
  const file = new URL('../../../../../package.json', import.meta.url)
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  } catch {
    return 'of this folder' // run from elsewhere than bench/dist
  }
}

async function openStore(database: Database): Promise<Store> {
  await migrate(database, [queueMigrations])
  return {
    reset: async () => {
      await database.query('TRUNCATE linehaul.job, linehaul.job_archive CASCADE')
    },
    session: async (options) => new LinehaulSession(database, options),
    fill: (state, count) => fill(database, state, count),
    close: () => database.close(),
  }
}
