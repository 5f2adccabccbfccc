import type { Recipient } from '../store/recipients.js'
import type { Delivery } from './decide-delivery.js'

/** Somebody, and how they are told. */
export type Addressee = Recipient & Delivery
