import { randomBytes } from 'node:crypto'

import { hash, verify } from '@node-rs/argon2'

import { refuseWeak } from './rules.js'

/** What hashing one password takes. */
export interface PasswordCost {
  readonly memoryKiB: number
  readonly passes: number
}

/** OWASP's first choice for argon2id: about 20 ms and 19 MiB for each guess. */
const COST: PasswordCost = { memoryKiB: 19_456, passes: 2 }

/** A password as it may be kept, and the password itself where nobody has chosen it, to be told once. */
export interface NewPassword {
  readonly hash: string
  readonly oneTime: string | null
}

/** Hashes and verifies passwords with argon2id. */
export class Passwords {
  readonly #cost: PasswordCost
  #dummy: Promise<string> | undefined

  constructor(cost: PasswordCost = COST) {
    this.#cost = cost
  }

  /** The one that was chosen, if any, else one for one sign-in. @throws ACCESS_WEAK_PASSWORD */
  make(chosen: string | undefined, email: string): Promise<NewPassword> {
    return chosen === undefined ? this.oneTime() : this.chosen(chosen, email)
  }

  /** A password that somebody has chosen. @throws ACCESS_WEAK_PASSWORD */
  async chosen(password: string, email: string): Promise<NewPassword> {
    refuseWeak(password, email)
    return { hash: await this.#hash(password), oneTime: null }
  }

  /** A password drawn at random, which its user has to change at the first sign-in. */
  async oneTime(): Promise<NewPassword> {
    const oneTime = drawPassword()
    return { hash: await this.#hash(oneTime), oneTime }
  }

  /** Without a hash, for an account that is not there, it takes as long, and is wrong. */
  async verify(hash: string | undefined, password: string): Promise<boolean> {
    this.#dummy ??= this.#hash(drawPassword())
    const dummy = await this.#dummy
    const isRight = await verify(hash ?? dummy, normal(password))
    return isRight && hash !== undefined
  }

  #hash(password: string): Promise<string> {
    const { memoryKiB, passes } = this.#cost
    return hash(normal(password), { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 })
  }
}

/** Keyboards differ in how they put an accent on a letter. */
function normal(password: string): string {
  return password.normalize('NFC')
}

/** Thirty-two signs that nobody takes for one another. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A hundred random bits, in groups that can be read out. */
function drawPassword(): string {
  const signs = Array.from(randomBytes(20), (byte) => SIGNS[byte % SIGNS.length]).join('')
  return (signs.match(/.{5}/g) ?? []).join('-')
}
