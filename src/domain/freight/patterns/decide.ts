import { confidence, type Confidence } from './confidence.js'
import type { PatternSettings } from './config.js'
import type { LaneFigures, LaneHistory } from './lane-figures.js'

const DAY_MS = 86_400_000

/** A rejected lane is not suggested again before this, nor without `minFrequency` days with pickups since. */
export const REJECTION_COOL_OFF_DAYS = 30

export const NO_LONGER_QUALIFIES = 'no longer qualifies'
export const COVERED = 'a dedicated lane takes its shipments'

/** What an analysis does about one lane. */
export type Decision =
  | { kind: 'create'; figures: LaneFigures; confidence: Confidence }
  | { kind: 'refresh'; id: string; figures: LaneFigures; confidence: Confidence }
  | { kind: 'withdraw'; id: string; reason: string }
  | { kind: 'leave'; qualifies: boolean }

export function decide(lane: LaneHistory, settings: PatternSettings, now: Date): Decision {
  const { figures, pendingId: id } = lane
  const sure = confidence(figures, settings, now)
  const qualifies = figures.frequency >= settings.minFrequency && isEnough(sure.score, settings)
  if (id !== null && lane.covered) return { kind: 'withdraw', id, reason: COVERED }
  if (id !== null && qualifies) return { kind: 'refresh', id, figures, confidence: sure }
  if (id !== null) return { kind: 'withdraw', id, reason: NO_LONGER_QUALIFIES }
  return qualifies && mayBeSuggested(lane, settings, now)
    ? { kind: 'create', figures, confidence: sure }
    : { kind: 'leave', qualifies }
}

/** Both as whole ten-thousandths, the precision of the threshold. */
function isEnough(score: number, { minConfidenceScore }: PatternSettings): boolean {
  return Math.round(score * 10_000) >= Math.round(minConfidenceScore * 10_000)
}

function mayBeSuggested(lane: LaneHistory, settings: PatternSettings, now: Date): boolean {
  return !lane.covered && hasCooledOff(lane, settings, now) && hasGrown(lane)
}

function hasCooledOff(
  { rejectedAt, frequencySinceRejection }: LaneHistory,
  { minFrequency }: PatternSettings,
  now: Date,
): boolean {
  if (rejectedAt === null) return true
  const coolUntilMs = rejectedAt.getTime() + REJECTION_COOL_OFF_DAYS * DAY_MS
  return now.getTime() >= coolUntilMs && frequencySinceRejection >= minFrequency
}

/** What nobody decided about in time is not brought up again for the same evidence. */
function hasGrown({ figures, lapsedPickupAt }: LaneHistory): boolean {
  return lapsedPickupAt === null || figures.lastPickupAt > lapsedPickupAt
}
