/** The state of a job that has become due: one that counts against a limit is admitted first. */
export const DUE_STATE = /* sql */ `CASE WHEN limit_keys IS NULL THEN 'waiting' ELSE 'held' END`
