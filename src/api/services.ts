import type { Database } from '../database/index.js'
import type { Freight, FreightNeeds } from '../domain/freight/index.js'
import type { Engine } from '../queue/index.js'

/** What the routes call. Assembled once, in `main.ts`. */
export interface Services {
  readonly database: Database
  readonly engine: Pick<Engine<FreightNeeds>, 'enqueue' | 'operator'>
  readonly freight: Freight
}
