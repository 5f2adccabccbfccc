import type { Database } from '../../database/index.js'
import { isFinal, mayMove, type JobState } from '../state.js'
import type { Story } from './any-story.js'

/** Writes down every state that a job is ever in, in order, wherever its row lies; and where handlers leave what they did. */
const OBSERVE = /* sql */ `
CREATE TABLE public.effect (job_id uuid);
CREATE TABLE public.sighting (
  seq bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, name text, state text, limit_keys text[], finished_at timestamptz
);
CREATE FUNCTION public.sight() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.sighting (job_id, name, state, limit_keys, finished_at)
  VALUES (NEW.id, NEW.name, NEW.state, NEW.limit_keys, (to_jsonb(NEW) ->> 'finished_at')::timestamptz);
  RETURN NULL;
END $$;
CREATE TRIGGER sight AFTER INSERT OR UPDATE OF state ON linehaul.job FOR EACH ROW EXECUTE FUNCTION public.sight();
CREATE TRIGGER sight AFTER INSERT ON linehaul.job_archive FOR EACH ROW EXECUTE FUNCTION public.sight();`

/** Once for a database. */
export async function observe(db: Database): Promise<void> {
  await db.transaction((tx) => tx.script(OBSERVE))
}

/** For the next story. */
export async function forgetSightings(db: Database): Promise<void> {
  await db.query('WITH seen AS (DELETE FROM public.sighting) DELETE FROM public.effect')
}

export interface Sighting {
  readonly id: string
  readonly name: string
  /** `null` at first. */
  readonly from: JobState | null
  readonly to: JobState
  readonly limitKeys: readonly string[] | null
  readonly finishedAt: Date | null
}

export function listSightings(db: Database): Promise<Sighting[]> {
  return db.query<Sighting>(`
    SELECT job_id::text AS "id", name, lag(state) OVER (PARTITION BY job_id ORDER BY seq) AS "from", state AS "to",
           limit_keys AS "limitKeys", finished_at AS "finishedAt"
    FROM public.sighting ORDER BY seq`)
}

/** Where a job stands at the end. */
export interface Standing {
  readonly id: string
  readonly name: string
  readonly state: JobState
  /** How often its handler's work beside it was committed. */
  readonly effects: number
}

export function listStandings(db: Database): Promise<Standing[]> {
  return db.query<Standing>(`
    SELECT job.id::text AS "id", name, state,
           (SELECT count(*)::int FROM public.effect WHERE job_id = job.id) AS "effects"
    FROM (SELECT id, name, state FROM linehaul.job UNION ALL SELECT id, name, state FROM linehaul.job_archive) AS job`)
}

/** All that must never be, and was, in sentences. */
export function findFlaws(
  story: Pick<Story, 'acknowledged' | 'rolledBack' | 'succeeded' | 'deletedUpTo'>,
  sightings: readonly Sighting[],
  standings: readonly Standing[],
): readonly string[] {
  return [
    ...sightings.filter((one) => !isLegal(one)).map(({ id, from, to }) => `job ${id} went ${from} -> ${to}`),
    ...crowdsAmong(sightings),
    ...standings.flatMap((standing) => flawsOf(standing, story)),
    ...missing(story, sightings, standings),
  ]
}

const FIRST: readonly JobState[] = ['scheduled', 'blocked', 'held', 'waiting', 'running']

function isLegal({ from, to }: Sighting): boolean {
  return from === null ? FIRST.includes(to) : mayMove(from, to)
}

/** Only those of the tests are limited, and one at a time for each key. */
function crowdsAmong(sightings: readonly Sighting[]): readonly string[] {
  const running = new Map<string, Set<string>>()
  return sightings.flatMap(({ id, to, limitKeys }) =>
    (limitKeys ?? []).flatMap((key) => {
      const inside = running.get(key) ?? new Set()
      running.set(key, inside)
      if (to === 'running') inside.add(id)
      else inside.delete(id)
      return inside.size > 1 ? [`under the limit ${key} ran at once: ${[...inside].join(', ')}`] : []
    }),
  )
}

function flawsOf(
  { id, name, state, effects }: Standing,
  { acknowledged, rolledBack, succeeded }: Pick<Story, 'acknowledged' | 'rolledBack' | 'succeeded'>,
): readonly string[] {
  const ofTheEngine = name.startsWith('jobs.')
  // Its daily clean-up may fall due while the engines are stopped, which takes hours of the test's clock.
  const mayStand = isFinal(state) || (ofTheEngine && !acknowledged.has(id))
  return [
    ...(mayStand ? [] : [`job ${id} (${name}) came to no end: it is ${state}`]),
    ...(state === 'done' && !ofTheEngine && !succeeded.has(id)
      ? [`job ${id} is done, and no handler was`]
      : []),
    ...(effects > (state === 'done' ? 1 : 0) ? [`job ${id}, which is ${state}, had ${effects} effects`] : []),
    ...(rolledBack.has(id) ? [`job ${id} is there, and was rolled back`] : []),
  ]
}

/** Whoever was told of a job, or has seen it, finds it: once. */
function missing(
  { acknowledged, deletedUpTo }: Pick<Story, 'acknowledged' | 'deletedUpTo'>,
  sightings: readonly Sighting[],
  standings: readonly Standing[],
): readonly string[] {
  const rows = new Map<string, number>()
  for (const { id } of standings) rows.set(id, (rows.get(id) ?? 0) + 1)
  const last = new Map(sightings.map((sighting) => [sighting.id, sighting]))
  const mayBeGone = (id: string) => {
    const { finishedAt } = last.get(id) ?? {}
    return !!finishedAt && finishedAt <= deletedUpTo
  }
  return [...new Set([...acknowledged, ...last.keys()])].flatMap((id) => {
    const count = rows.get(id) ?? 0
    if (count > 1) return [`job ${id} has ${count} rows`]
    return count === 0 && !mayBeGone(id) ? [`job ${id} is gone`] : []
  })
}
