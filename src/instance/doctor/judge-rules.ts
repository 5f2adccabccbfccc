import { MOST } from '../store/job-facts.js'
import type { JobFacts, MisfitFacts } from './facts.js'
import { fine, warn, type Finding } from './finding.js'

/** So many are named. */
const A_FEW = 3

const WHY: Readonly<Record<MisfitFacts['why'], string>> = {
  undeclared: 'nothing of that name can be set any more',
  unfit: 'the value does not fit any more',
  'of-one-tenant': 'one value holds for all tenants now',
}

export function judgeRules({ misfits: { found, isCapped } }: Pick<JobFacts, 'misfits'>): Finding {
  const which = isCapped ? `of the newest ${MOST} that are not over` : 'that is not over'
  if (found.length === 0) return fine('rules', `Every rule ${which} can be used.`)
  const named = found.slice(0, A_FEW).map(inWords)
  const more = found.length > A_FEW ? `, and ${found.length - A_FEW} more` : ''
  return warn(
    'rules',
    `Rules are kept${isCapped ? `, ${which},` : ''} that change nothing: ${named.join(', ')}${more}.`,
    'List them with `linehaul rules list --all`, revoke them with `linehaul rules revoke <id>`, and set anew what is needed.',
  )
}

/** With whose it is: the commands show the rules of the tenant that asks, and those for all. */
function inWords({ name, tenantId, why }: MisfitFacts): string {
  return `${name} of ${tenantId === null ? 'all tenants' : `the tenant ${tenantId}`} (${WHY[why]})`
}
