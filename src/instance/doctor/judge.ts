import { isFault, isSet, type Facts, type JobFacts } from './facts.js'
import { toReport, warn, type Finding, type Report } from './finding.js'
import { judgeMails, judgeMailServer, judgeWebhooks } from './judge-channels.js'
import {
  judgeBloat,
  judgeClock,
  judgePooler,
  judgeSchema,
  judgeServer,
  judgeTransactions,
} from './judge-database.js'
import {
  judgeDead,
  judgeForsaken,
  judgeHeld,
  judgeLeader,
  judgeOrphans,
  judgeQueues,
  judgeSchedules,
  judgeWorkers,
} from './judge-jobs.js'
import { judgeRules } from './judge-rules.js'
import {
  judgeConfiguration,
  judgeDisk,
  judgeNode,
  judgeSecrets,
  judgeStored,
  judgeUnreachable,
} from './judge-setup.js'

/** What is well and what is not, and what to do about it. */
export function judge(facts: Facts): Report {
  return toReport([...judgeAround(facts), ...judgeInside(facts)].flatMap((found) => found ?? []))
}

type Found = Finding | readonly Finding[] | undefined

function judgeAround(facts: Facts): readonly Found[] {
  const looks = [judgeConfiguration, judgeNode, judgeSecrets, judgeDisk, judgeMailServer]
  return looks.map((look): Found => look(facts))
}

function judgeInside(facts: Facts): readonly Found[] {
  const { database, setup } = facts
  if (isFault(database)) return [judgeUnreachable(database, setup)]
  const looks = [judgeServer, judgeClock, judgeSchema, judgePooler, judgeBloat, judgeTransactions]
  return [...looks.map((look) => look(database)), judgeWork(facts)].flat()
}

function judgeWork({ jobs, setup, mailServer }: Facts): Finding[] {
  if (jobs === undefined || isFault(jobs))
    return [
      warn(
        'jobs',
        `Jobs were not looked at${jobs ? `: ${jobs.fault}` : ', for the schema is not that of this version'}.`,
        'Mend what is told above, then look again.',
      ),
    ]
  const hasKey = isSet(setup, 'SECRETS_KEY')
  const found = [
    ...JOB_LOOKS.map((look): Found => look(jobs)),
    judgeStored(jobs, hasKey),
    judgeMails(jobs, mailServer !== undefined),
    judgeWebhooks(jobs),
  ]
  return found.flatMap((one) => one ?? [])
}

const JOB_LOOKS: readonly ((facts: JobFacts) => Found)[] = [
  judgeWorkers,
  judgeLeader,
  judgeQueues,
  judgeOrphans,
  judgeHeld,
  judgeForsaken,
  judgeDead,
  judgeSchedules,
  judgeRules,
]
