import { timingSafeEqual } from 'node:crypto'

import type { Database } from '../database/index.js'
import { systemClock, type Cancel, type Clock } from '../time/index.js'
import type { Caller } from './caller.js'
import { Remembered } from './remembered.js'
import { hashOf } from './api-secret.js'
import { ACCESS_CHANNEL } from './store/announce.js'

/** What a secret turned out to be. */
export interface Credential {
  readonly caller: Caller
  /** When it ends by itself; `null`: it does not. */
  readonly expiresAt: Date | null
  /** Hears of each use. In the path of every request: it must not wait for anything. */
  used?(): void
}

/** One kind of credential. `undefined` for a secret that is none of its kind, or no good any more. */
export type FindCredential = (secret: string) => Promise<Credential | undefined>

/** How long an answer may be out of date when no word of a change comes through. */
const REMEMBERED_FOR_MS = 10_000
const MOST_REMEMBERED = 10_000
const MOST_MISSES_REMEMBERED = 1_000

/** Longer than any token that an issuer makes; what is longer is looked up nowhere. */
const LONGEST_SECRET = 8_192

/** Tells who presents a secret. What is looked up is remembered until somebody's rights change, or for 10 s. */
export class Credentials {
  readonly #remembered: Remembered<Credential>
  readonly #clock: Clock
  readonly #onChange = new Set<() => void>()

  /** @param kinds asked in this order; the first that knows the secret decides */
  constructor(
    private readonly kinds: readonly FindCredential[],
    clock: Clock = systemClock,
  ) {
    this.#clock = clock
    this.#remembered = new Remembered({
      forMs: REMEMBERED_FOR_MS,
      most: MOST_REMEMBERED,
      mostMissing: MOST_MISSES_REMEMBERED,
      clock,
    })
  }

  /** Forgets at once what any process changes from now on. @returns what ends that */
  listen(database: Database): Promise<Cancel> {
    return database.listen(ACCESS_CHANNEL, () => this.forget())
  }

  async find(secret: string): Promise<Caller | undefined> {
    if (secret.length > LONGEST_SECRET) return undefined
    // Remembered by its hash: secrets do not lie about in memory, and how long a look-up takes tells nothing of them.
    const credential = await this.#remembered.get(hashOf(secret), () => this.#ask(secret))
    if (!credential || hasEnded(credential, this.#clock.now())) return undefined
    credential.used?.()
    return credential.caller
  }

  /** Whether it is known to be somebody's without a look-up. */
  isRemembered(secret: string): boolean {
    return this.#remembered.has(hashOf(secret))
  }

  forget(): void {
    this.#remembered.forget()
    for (const told of this.#onChange) told()
  }

  /** Calls `told` whenever somebody's rights may have changed: for what looks longer than one request. */
  onChange(told: () => void): Cancel {
    this.#onChange.add(told)
    return () => this.#onChange.delete(told)
  }

  async #ask(secret: string): Promise<Credential | undefined> {
    for (const find of this.kinds) {
      const credential = await find(secret)
      if (credential) return credential
    }
    return undefined
  }
}

function hasEnded({ expiresAt }: Credential, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** The one secret that stands for `caller`. */
export function exactly(known: string, caller: Caller): FindCredential {
  const hash = Buffer.from(hashOf(known))
  // Hashes are of one length, so that not even the length of the known one can be measured.
  return async (secret) =>
    timingSafeEqual(Buffer.from(hashOf(secret)), hash) ? { caller, expiresAt: null } : undefined
}
