import { LEAST_ROLE } from '../../../access/index.js'
import type { Notice } from '../../../notifications/index.js'
import type { News } from './store/untold.js'

/** How many of the new suggestions are named. */
export const NAMED_IN_DIGEST = 5

/** What freight tells people of besides how jobs end. */
export const FREIGHT_NOTICES = [
  { type: 'suggestion.digest', description: 'There are new lane suggestions to accept or reject.' },
] as const

/** What those who may accept suggestions are told of new ones, all of them in one notice. */
export function digestNotice(
  { tenantId, jobId }: { tenantId: string; jobId: string },
  { count, best }: { count: number; best: readonly News[] },
): Notice {
  const news = count === 1 ? '1 new lane suggestion' : `${count} new lane suggestions`
  const rest = count - best.length
  return {
    tenantId,
    cause: `suggestions:${jobId}`,
    eventType: FREIGHT_NOTICES[0].type,
    priority: 'medium',
    target: { kind: 'role', role: LEAST_ROLE['lanes.decide'] },
    title: news,
    message: `${news} to accept or reject: ${best.map(inWords).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`,
    data: { count },
    relatedEntities: best.map(({ id, name }) => ({
      type: 'suggestion',
      id,
      name,
      url: `/api/v1/lane-suggestions/${id}`,
    })),
    tags: ['freight', 'suggestions'],
    source: 'freight',
    jobId,
  }
}

function inWords({ name, customer, confidence }: News): string {
  return `${name} for ${customer}, ${Math.round(confidence * 100)} % sure`
}
