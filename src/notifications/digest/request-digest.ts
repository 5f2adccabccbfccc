import { request, type JobRequest } from '../../queue/index.js'
import { sendDigest } from '../send-digest.job.js'
import type { InboxOwner } from '../store/inbox.js'

/**
 * @param onClash `'keep'`: one that is planned stays when it is, so that a steady stream of notices never puts it off.
 * `'replace'`: it moves
 */
export function requestDigest(
  { tenantId, userId }: InboxOwner,
  runAt: Date,
  onClash: 'keep' | 'replace',
): JobRequest {
  return request(sendDigest, { userId }, { tenantId, runAt, onClash, actor: `user:${userId}` })
}
