import type { Executor } from '../../database/index.js'

/** How many attempts a subject has made without success. */
export interface Attempts {
  readonly subject: string
  readonly count: number
  /** When they were begun to be counted; of one that is locked out, when it was. */
  readonly since: Date
}

export interface Counting {
  readonly subjects: readonly { subject: string; most: number }[]
  readonly now: Date
  /** Whatever began before this instant is forgotten. */
  readonly windowStart: Date
}

/** Counts one attempt more for each subject, before anybody knows how it ends: those at the same time count as well. */
export function countAttempts(db: Executor, { subjects, now, windowStart }: Counting): Promise<Attempts[]> {
  return db.query<Attempts>(COUNT, [
    subjects.map(({ subject }) => subject),
    subjects.map(({ most }) => most),
    now,
    windowStart,
  ])
}

const COUNT = /* sql */ `
-- count sign-in attempts: $1 subjects, $2 most of each, $3 now, $4 start of the window
INSERT INTO linehaul.sign_in_attempt AS attempt (subject, count, since)
SELECT subject, 1, $3 FROM unnest($1::text[]) AS subject ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET
  count = CASE WHEN attempt.since <= $4 THEN 1 ELSE attempt.count + 1 END,
  -- The lock lasts a whole window from the attempt on that was one too many.
  since = CASE
    WHEN attempt.since <= $4 THEN $3
    WHEN attempt.count = ($2::int[])[array_position($1::text[], attempt.subject)] THEN $3
    ELSE attempt.since
  END
RETURNING subject, count, since`

/** Takes back what was counted for an attempt that has succeeded. */
export async function forgiveAttempt(db: Executor, subject: string): Promise<void> {
  await db.query(FORGIVE, [subject])
}

const FORGIVE = /* sql */ `
-- forgive sign-in attempt: $1 subject
UPDATE linehaul.sign_in_attempt SET count = count - 1
WHERE subject = $1 AND count > 0`

/** Forgets what was counted against an account. @param email in lower case */
export async function deleteAttempts(db: Executor, email: string): Promise<void> {
  await db.query(DELETE, [accountSubject(email)])
}

const DELETE = /* sql */ `
-- delete sign-in attempts: $1 subject
DELETE FROM linehaul.sign_in_attempt WHERE subject = $1`

export function accountSubject(email: string): string {
  return `account:${email}`
}
