import type { Keyring } from '../access/index.js'
import type { Executor } from '../database/index.js'
import { countUnreadable, type UnreadableFacts } from './store/secret-facts.js'

/** @param signsTokens whether tokens are signed with the secret that is kept in the database */
export function findUnreadable(
  db: Executor,
  { current, oldIds }: Keyring,
  { signsTokens }: { signsTokens: boolean },
): Promise<UnreadableFacts> {
  return countUnreadable(db, { keyIds: [...(current ? [current.id] : []), ...oldIds], signsTokens })
}
