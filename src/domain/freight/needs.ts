import type { Attempt } from '../../queue/index.js'
import type { AnalysisRequest, AnalysisResult } from './patterns/analyze-patterns.js'

/** What freight jobs need from the outside world. Assembled once, in `main.ts`. */
export interface FreightNeeds {
  patterns: {
    /** Rejects when `signal` aborts; what was written by then stays. */
    analyze(request: AnalysisRequest, signal: AbortSignal): Promise<AnalysisResult>
  }
  suggestions: {
    /** @returns how many were expired. */
    expireDue(tenantId: string): Promise<number>
  }
  suggestionDigest: {
    /** Ends the job of the attempt in a transaction of its own. */
    tell(attempt: Pick<Attempt, 'jobId' | 'tenantId' | 'finish'>): Promise<void>
  }
}
