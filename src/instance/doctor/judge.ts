import { isFault, type Facts, type JobFacts } from './facts.js'
import { fine, toReport, warn, type Finding, type Report } from './finding.js'
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
  judgeMails,
  judgeOrphans,
  judgeQueues,
  judgeSchedules,
  judgeWorkers,
} from './judge-jobs.js'
import { judgeDisk, judgeNode, judgeSecrets, judgeStored, judgeUnreachable } from './judge-setup.js'

/** What is well and what is not, and what to do about it. */
export function judge(facts: Facts): Report {
  return toReport([...judgeAround(facts), ...judgeInside(facts)].flatMap((found) => found ?? []))
}

type Found = Finding | readonly Finding[] | undefined

function judgeAround(facts: Facts): readonly Found[] {
  return [fine('configuration', 'It can be read.'), judgeNode(facts), judgeSecrets(facts), judgeDisk(facts)]
}

function judgeInside({ database, jobs, setup }: Facts): readonly Found[] {
  if (isFault(database)) return [judgeUnreachable(database, setup)]
  const looks = [judgeServer, judgeClock, judgeSchema, judgePooler, judgeBloat, judgeTransactions]
  return [...looks.map((look) => look(database)), judgeWork(jobs)].flat()
}

function judgeWork(jobs: Facts['jobs']): Finding[] {
  if (jobs === undefined || isFault(jobs))
    return [
      warn(
        'jobs',
        `Jobs were not looked at${jobs ? `: ${jobs.fault}` : ', for the schema is not that of this version'}.`,
        'Mend what is told above, then look again.',
      ),
    ]
  return JOB_LOOKS.flatMap((look): Found => look(jobs)).flatMap((found) => found ?? [])
}

const JOB_LOOKS: readonly ((facts: JobFacts) => Found)[] = [
  judgeWorkers,
  judgeLeader,
  judgeQueues,
  judgeOrphans,
  judgeHeld,
  judgeForsaken,
  judgeMails,
  judgeDead,
  judgeSchedules,
  judgeStored,
]
