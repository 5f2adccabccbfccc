import type { ByHand } from '../queue/index.js'

/** Of jobs that notices cause: by hand they would tell people what they have been told, or chose to be told later. */
export function followsFromNotices(): ByHand {
  return { instead: 'It follows from a notice by itself, when those whom it is for want to be told.' }
}
