import type { JobFacts, MisfitFacts } from './facts.js'
import { fine, warn, type Finding } from './finding.js'

/** So many are named. */
const A_FEW = 3

const WHY: Readonly<Record<MisfitFacts['why'], string>> = {
  undeclared: 'nothing of that name can be set any more',
  unfit: 'the value does not fit any more',
  'of-one-tenant': 'one value holds for all tenants now',
}

export function judgeRules({ misfits }: Pick<JobFacts, 'misfits'>): Finding {
  if (misfits.length === 0) return fine('rules', 'Every rule that is not over can be used.')
  const named = misfits.slice(0, A_FEW).map(({ name, why }) => `${name} (${WHY[why]})`)
  const more = misfits.length > A_FEW ? `, and ${misfits.length - A_FEW} more` : ''
  return warn(
    'rules',
    `Rules are kept that change nothing: ${named.join(', ')}${more}.`,
    'List them with `linehaul rules list --all`, revoke them with `linehaul rules revoke <id>`, and set anew what is needed.',
  )
}
