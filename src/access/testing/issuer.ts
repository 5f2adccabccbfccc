import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'

/** An outside issuer for tests: signs tokens, and tells its public keys. */
export class Issuer {
  static async make(issuer: string, audience: string, now: Date): Promise<Issuer> {
    const self = new Issuer(issuer, audience, now)
    await self.rotate('key-1')
    return self
  }

  #kid = ''
  #privateKey: CryptoKey | undefined
  readonly #publicKeys: JWK[] = []

  private constructor(
    readonly issuer: string,
    readonly audience: string,
    private readonly now: Date,
  ) {}

  /** Signs with a new key from now on. */
  async rotate(kid: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    this.#publicKeys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' })
    this.#kid = kid
    this.#privateKey = privateKey
  }

  keySet(): { keys: JWK[] } {
    return { keys: [...this.#publicKeys] }
  }

  /** A good token for ten minutes, but for what `claims` say. */
  token(claims: JWTPayload = {}): Promise<string> {
    const seconds = Math.floor(this.now.getTime() / 1_000)
    const { issuer: iss, audience: aud } = this
    return new SignJWT({ iss, aud, sub: 'jo', iat: seconds, exp: seconds + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: this.#kid })
      .sign(this.#privateKey as CryptoKey)
  }
}
