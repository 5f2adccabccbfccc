import { z } from 'zod'

import { NAME_LENGTH, text } from './text.js'

/** A record that has nothing but a name of its own within its tenant: a customer, a location, a driver. */
export interface Named {
  /** UUIDv7: later records sort later. */
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

export type Customer = Named
export type Location = Named
export type Driver = Named

export interface Equipment extends Named {
  /** What kind it is: `reefer trailer`. */
  readonly type: string
}

/** Which part of a list: newest first. */
export interface Page {
  /** Most records returned. */
  limit: number
  /** The id of the last record of the page before. */
  after?: string
  /** Only records whose name contains this, in any case. */
  search?: string
}

export const NewDriver = z.strictObject({ name: text(NAME_LENGTH) })
export type NewDriver = z.output<typeof NewDriver>

export const NewEquipment = z.strictObject({ name: text(NAME_LENGTH), type: text(100) })
export type NewEquipment = z.output<typeof NewEquipment>
