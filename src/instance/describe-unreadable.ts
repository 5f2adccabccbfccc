import { countInWords } from './doctor/in-words.js'
import type { UnreadableFacts } from './store/secret-facts.js'

/** The same in one text, for a log. */
export function describeUnreadable(facts: UnreadableFacts, hasKey: boolean): string | undefined {
  const found = explainUnreadable(facts, hasKey)
  return found && `${found.what} ${found.advice}`
}

/** Which stored secrets cannot be read, what does not work for that, and what to do; `undefined`: all can be. */
export function explainUnreadable(
  facts: UnreadableFacts,
  hasKey: boolean,
): { what: string; advice: string } | undefined {
  if (facts.secrets === 0) return undefined
  const which = `${countInWords(facts.secrets, 'stored secret', false)} cannot be read: ${whyOf(facts, hasKey)}.`
  return {
    what: `${which} Until that is mended ${effectsOf(facts).join('; ')}.`,
    advice: adviceOf(facts, hasKey),
  }
}

function whyOf({ secrets, keyIds }: UnreadableFacts, hasKey: boolean): string {
  const lies = `${secrets === 1 ? 'it lies' : 'they lie'} under the ${keysInWords(keyIds)}`
  if (!hasKey) return `${lies}, and SECRETS_KEY is not set`
  return `${lies}, which ${keyIds.length === 1 ? 'is' : 'are'} neither in SECRETS_KEY nor in SECRETS_KEYS_OLD`
}

function effectsOf({ hasSigning, webhooks, others }: UnreadableFacts): string[] {
  const signIn = 'nobody can sign in, and the access tokens of those who have are refused (API keys work)'
  const sent = `${countInWords(webhooks, 'webhook', false)} ${webhooks === 1 ? 'is' : 'are'} sent nothing`
  const fails = `what uses ${countInWords(others, 'secret', false)} that tenants have stored fails`
  return [...(hasSigning ? [signIn] : []), ...(webhooks > 0 ? [sent] : []), ...(others > 0 ? [fails] : [])]
}

function adviceOf({ keyIds }: UnreadableFacts, hasKey: boolean): string {
  if (hasKey) return `Add the ${keysInWords(keyIds)} to SECRETS_KEYS_OLD, and start again.`
  if (keyIds.length === 1) return `Set SECRETS_KEY to the ${keysInWords(keyIds)}, and start again.`
  return 'Set SECRETS_KEY to the one of these keys that was in use last and SECRETS_KEYS_OLD to the others, and start again.'
}

function keysInWords(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'key' : 'keys'} ${ids.map((id) => `"${id}"`).join(', ')}`
}
