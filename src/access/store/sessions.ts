import type { Executor } from '../../database/index.js'

/** One sign-in of somebody, on one device, in one tenant. */
export interface Session {
  readonly id: string
  readonly tenantId: string
  readonly userAgent: string | null
  readonly address: string | null
  readonly createdAt: Date
  readonly usedAt: Date
  readonly expiresAt: Date
}

/** A session with what is needed to judge a refresh token. */
export interface SessionTokens {
  readonly id: string
  readonly userId: string
  readonly tenantId: string
  readonly tokenHash: string
  readonly previousHash: string | null
  readonly rotatedAt: Date
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface NewSession extends Omit<Session, 'usedAt'> {
  readonly userId: string
  readonly familyHash: string
  readonly tokenHash: string
}

export async function insertSession(db: Executor, session: NewSession): Promise<void> {
  const { id, userId, tenantId, familyHash, tokenHash, userAgent, address, createdAt, expiresAt } = session
  const values = [id, userId, tenantId, familyHash, tokenHash, userAgent, address, createdAt, expiresAt]
  await db.query(INSERT, values)
}

const INSERT = /* sql */ `
-- insert session: $1 id, $2 user, $3 tenant, $4 family, $5 token, $6 user agent, $7 address, $8 now, $9 expires at
INSERT INTO linehaul.session (id, user_id, tenant_id, family_hash, token_hash, user_agent, address,
  created_at, used_at, rotated_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)`

export async function selectSessionByFamily(
  db: Executor,
  familyHash: string,
): Promise<SessionTokens | undefined> {
  const [session] = await db.query<SessionTokens>(SELECT_BY_FAMILY, [familyHash])
  return session
}

const SELECT_BY_FAMILY = /* sql */ `
-- select session: $1 family
SELECT id::text AS "id", user_id::text AS "userId", tenant_id AS "tenantId", token_hash AS "tokenHash",
  previous_hash AS "previousHash", rotated_at AS "rotatedAt", created_at AS "createdAt", expires_at AS "expiresAt"
FROM linehaul.session
WHERE family_hash = $1`

export interface Rotation {
  readonly fromHash: string
  readonly toHash: string
  readonly now: Date
  readonly expiresAt: Date
  readonly userAgent: string | null
  readonly address: string | null
}

/** @returns whether the token was still the newest one: of two who bring the same, one rotates it. */
export async function rotateSession(
  db: Executor,
  id: string,
  { fromHash, toHash, now, expiresAt, userAgent, address }: Rotation,
): Promise<boolean> {
  return (await db.query(ROTATE, [id, fromHash, toHash, now, expiresAt, userAgent, address])).length > 0
}

const ROTATE = /* sql */ `
-- rotate session: $1 id, $2 token, $3 next token, $4 now, $5 expires at, $6 user agent, $7 address
UPDATE linehaul.session
SET token_hash = $3, previous_hash = $2, rotated_at = $4, used_at = $4, expires_at = $5, user_agent = $6, address = $7
WHERE id = $1::uuid AND token_hash = $2
RETURNING 1`

/** Those of a user that have not expired, the one used last first. */
export function selectSessions(db: Executor, userId: string, now: Date): Promise<Session[]> {
  return db.query<Session>(SELECT, [userId, now])
}

const SELECT = /* sql */ `
-- select sessions: $1 user, $2 now
SELECT id::text AS "id", tenant_id AS "tenantId", user_agent AS "userAgent", address,
  created_at AS "createdAt", used_at AS "usedAt", expires_at AS "expiresAt"
FROM linehaul.session
WHERE user_id = $1::uuid AND expires_at > $2
ORDER BY used_at DESC, session.id DESC
LIMIT 200`

/** Which of a user's sessions end: all, or those of one tenant, or one, or all but one. */
export interface Ending {
  readonly userId: string
  readonly tenantId?: string
  readonly only?: string
  readonly except?: string
}

/** @returns how many there were */
export async function deleteSessionsOf(
  db: Executor,
  { userId, tenantId, only, except }: Ending,
): Promise<number> {
  const values = [userId, tenantId ?? null, only ?? null, except ?? null]
  return (await db.query(DELETE, values)).length
}

const DELETE = /* sql */ `
-- delete sessions: $1 user, $2 tenant or null, $3 only this or null, $4 all but this or null
DELETE FROM linehaul.session
WHERE user_id = $1::uuid
  AND ($2::text IS NULL OR tenant_id = $2)
  AND ($3::uuid IS NULL OR id = $3)
  AND ($4::uuid IS NULL OR id <> $4)
RETURNING 1`
