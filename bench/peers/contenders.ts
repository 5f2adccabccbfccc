import type { Contender } from '../side-by-side/contender.js'
import { linehaulEmbedded, linehaulPostgres } from '../side-by-side/linehaul/linehaul.js'
import { rawSql } from '../side-by-side/raw-sql/raw-sql.js'
import { bullmqPostgres, bullmqRedis, bullmqRedisAof } from './bullmq.js'
import { graphileWorker, graphileWorkerTuned } from './graphile-worker.js'
import { pgBoss } from './pg-boss.js'

export const CONTENDERS: readonly Contender[] = [
  linehaulPostgres,
  linehaulEmbedded,
  bullmqRedis,
  bullmqRedisAof,
  bullmqPostgres,
  graphileWorker,
  graphileWorkerTuned,
  pgBoss,
  rawSql,
]
